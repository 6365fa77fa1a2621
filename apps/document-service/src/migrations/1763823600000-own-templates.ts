import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Templates can belong to a user, whose names are then their own, and say what their links show. */
export class OwnTemplates1763823600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}

const UP = [
  // Null: nobody's in particular, seen with keys of no user only.
  'ALTER TABLE templates ADD user_id text',
  `ALTER TABLE templates ADD link_text text CHECK (link_text IN ('destination', 'tracked', 'label'))`,
  'ALTER TABLE templates DROP CONSTRAINT templates_name_key',
  "CREATE UNIQUE INDEX templates_by_owner_and_name ON templates (coalesce(user_id, ''), name)",
];

const DOWN = [
  'DROP INDEX templates_by_owner_and_name',
  'ALTER TABLE templates ADD CONSTRAINT templates_name_key UNIQUE (name)',
  'ALTER TABLE templates DROP link_text, DROP user_id',
];
