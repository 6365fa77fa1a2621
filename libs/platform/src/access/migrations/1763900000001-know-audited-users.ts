import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose key or session it was that did something: an erasure of that user takes the name away. */
export class KnowAuditedUsers1763900000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audit_log ADD COLUMN actor_user_id text');
    await runner.query(
      'CREATE INDEX audit_log_by_actor_user ON audit_log (actor_user_id) WHERE actor_user_id IS NOT NULL',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE audit_log DROP COLUMN actor_user_id');
  }
}
