import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers by `Idempotency-Key`: the same call again gets the same document. */
export class CreateDocumentRequests1763805600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE document_requests (
         operation text NOT NULL,
         idempotency_key text NOT NULL,
         body_sha256 text NOT NULL,
         answer json NOT NULL,
         created_at timestamptz NOT NULL DEFAULT now(),
         PRIMARY KEY (operation, idempotency_key)
       )`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE document_requests');
  }
}
