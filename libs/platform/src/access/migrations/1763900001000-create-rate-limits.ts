import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Calls of the present minute by caller and by address, of which only hashes are held; shared by every process. Nothing
 * is lost with it, so that it is written to no log.
 */
export class CreateRateLimits1763900001000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE UNLOGGED TABLE rate_limits (
         key varchar(255) PRIMARY KEY,
         points integer NOT NULL DEFAULT 0,
         expire bigint
       )`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE rate_limits');
  }
}
