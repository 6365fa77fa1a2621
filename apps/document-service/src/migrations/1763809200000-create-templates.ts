import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Templates that people upload, their versions, and which one each user's documents are made from. */
export class CreateTemplates1763809200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE template_defaults, template_versions, templates');
  }
}

const UP = [
  `CREATE TABLE templates (
     template_id text PRIMARY KEY,
     name text NOT NULL UNIQUE,
     kind text CHECK (kind IN ('resume', 'cover_letter')),
     older_tags boolean NOT NULL,
     created_at timestamptz NOT NULL
   )`,
  `CREATE TABLE template_versions (
     template_id text NOT NULL REFERENCES templates ON DELETE CASCADE,
     version int NOT NULL,
     sha256 text NOT NULL,
     size_bytes int NOT NULL,
     storage_key text NOT NULL,
     tags jsonb NOT NULL,
     unknown_tags jsonb NOT NULL,
     warnings jsonb NOT NULL,
     created_at timestamptz NOT NULL,
     PRIMARY KEY (template_id, version)
   )`,
  // A built-in template is no row of templates: what a default names is judged when it is set and when it is used.
  `CREATE TABLE template_defaults (
     user_id text NOT NULL REFERENCES user_candidate_info ON DELETE CASCADE,
     kind text NOT NULL CHECK (kind IN ('resume', 'cover_letter')),
     template_id text NOT NULL,
     PRIMARY KEY (user_id, kind)
   )`,
];
