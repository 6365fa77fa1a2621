import type { MigrationInterface, QueryRunner } from 'typeorm';
import { erasureLedgerSql } from '#events';
import { ERASURE_LEDGER } from '../privacy/personal-links.js';

/** What was erased, so that nothing that comes late brings it back. */
export class EraseLinks1763820000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(erasureLedgerSql(ERASURE_LEDGER));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE ${ERASURE_LEDGER}`);
  }
}
