import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys, sessions and who did what. Nothing here lets anybody in: of keys and cookies only hashes are held. */
export class CreateAccess1763900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE api_keys (
         id uuid PRIMARY KEY,
         name text NOT NULL,
         user_id text,
         scopes text[] NOT NULL,
         starts_with text NOT NULL,
         hash text NOT NULL UNIQUE,
         previous_hash text UNIQUE,
         previous_expires_at timestamptz,
         previous_last_used_at timestamptz,
         created_at timestamptz NOT NULL,
         created_by text NOT NULL,
         expires_at timestamptz,
         last_used_at timestamptz,
         revoked_at timestamptz,
         CONSTRAINT admins_are_bound_to_nobody CHECK (user_id IS NULL OR NOT 'admin' = ANY (scopes)),
         CONSTRAINT previous_keys_end CHECK ((previous_hash IS NULL) = (previous_expires_at IS NULL))
       )`,
    );
    await runner.query('CREATE INDEX api_keys_of_user ON api_keys (user_id) WHERE user_id IS NOT NULL');
    await runner.query(
      `CREATE TABLE sessions (
         id uuid PRIMARY KEY,
         hash text NOT NULL UNIQUE,
         key_hash text,
         name text NOT NULL,
         user_id text,
         scopes text[] NOT NULL,
         created_at timestamptz NOT NULL,
         expires_at timestamptz NOT NULL
       )`,
    );
    await runner.query('CREATE INDEX sessions_by_end ON sessions (expires_at)');
    await runner.query(
      `CREATE TABLE audit_log (
         id uuid PRIMARY KEY,
         occurred_at timestamptz NOT NULL,
         action text NOT NULL,
         actor_kind text NOT NULL,
         actor_id text NOT NULL,
         actor_name text NOT NULL,
         target text,
         details jsonb NOT NULL DEFAULT '{}',
         request_id text
       )`,
    );
    await runner.query('CREATE INDEX audit_log_by_action ON audit_log (action, id DESC)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_keys, sessions, audit_log');
  }
}
