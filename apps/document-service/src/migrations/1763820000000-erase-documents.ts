import type { MigrationInterface, QueryRunner } from 'typeorm';
import { erasureLedgerSql } from '#events';
import { ERASURE_LEDGER } from '../privacy/personal-documents.js';

/** What was erased, and when. */
export class EraseDocuments1763820000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(erasureLedgerSql(ERASURE_LEDGER));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE ${ERASURE_LEDGER}`);
  }
}
