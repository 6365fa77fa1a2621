import type { MigrationInterface, QueryRunner } from 'typeorm';
import { outboxTableSql } from '#events';

/** `user_candidate_info` is also written by hand (the guide's SQL): defaults and triggers keep it whole. */
export class CreateDocuments1763800000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE documents, user_candidate_info, document_outbox');
    await queryRunner.query('DROP FUNCTION stamp_candidate_update()');
  }
}

const UP = [
  `CREATE TABLE user_candidate_info (
     user_id text PRIMARY KEY,
     first_name text,
     last_name text,
     email text,
     phone text,
     mailing_address text,
     calendly_url text,
     linkedin_url text,
     portfolio_url text,
     created_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now()),
     updated_at timestamptz NOT NULL DEFAULT date_trunc('milliseconds', now())
   )`,
  `CREATE FUNCTION stamp_candidate_update() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     NEW.updated_at := date_trunc('milliseconds', now());
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER stamp_update BEFORE UPDATE ON user_candidate_info
     FOR EACH ROW EXECUTE FUNCTION stamp_candidate_update()`,
  `CREATE TABLE documents (
     document_id uuid PRIMARY KEY,
     user_id text NOT NULL,
     kind text NOT NULL CHECK (kind IN ('resume', 'cover_letter')),
     filename text NOT NULL UNIQUE,
     filename_base text NOT NULL,
     filename_number int NOT NULL,
     job_id text,
     application_id text,
     storage_key text NOT NULL,
     sha256 text NOT NULL,
     size_bytes int NOT NULL,
     template_id text NOT NULL,
     template_version text NOT NULL,
     tracking_ids text[] NOT NULL DEFAULT '{}',
     created_at timestamptz NOT NULL,
     UNIQUE (filename_base, filename_number)
   )`,
  'CREATE INDEX documents_by_user ON documents (user_id, created_at DESC)',
  outboxTableSql('documents.document_outbox'),
];
