import type { MigrationInterface, QueryRunner } from 'typeorm';

/** For the clean-up: the oldest documents and answers, documents by their file, answers by their document. */
export class IndexDocumentsByAge1763815600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX documents_by_age ON documents (created_at)');
    await queryRunner.query('CREATE INDEX documents_by_file ON documents (storage_key)');
    await queryRunner.query('CREATE INDEX document_requests_by_age ON document_requests (created_at)');
    await queryRunner.query(
      "CREATE INDEX document_requests_by_document ON document_requests ((answer->>'document_id'))",
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'DROP INDEX documents_by_age, documents_by_file, document_requests_by_age, document_requests_by_document',
    );
  }
}
