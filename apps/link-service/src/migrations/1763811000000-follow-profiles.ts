import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What following a profile needs: which change of it was followed last, and its links without a search. */
export class FollowProfiles1763811000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      'CREATE TABLE followed_profiles (user_id text PRIMARY KEY, changed_at timestamptz NOT NULL)',
    );
    await queryRunner.query(
      `CREATE INDEX link_tracking_following ON link_tracking (user_id) WHERE destination = 'follow_profile'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX link_tracking_following');
    await queryRunner.query('DROP TABLE followed_profiles');
  }
}
