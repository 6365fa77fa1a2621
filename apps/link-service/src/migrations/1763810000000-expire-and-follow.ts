import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Links may expire, lead elsewhere when they are off, and follow the candidate's profile. The trigger that notes
 * changes compares whole rows, so it notices changes of the new columns as they are.
 */
export class ExpireAndFollow1763810000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE link_tracking
         ADD COLUMN expires_at timestamptz(3),
         ADD COLUMN fallback_url text,
         ADD COLUMN destination text NOT NULL DEFAULT 'fixed',
         ADD CONSTRAINT link_tracking_destination CHECK (destination = 'fixed'
           OR destination = 'follow_profile' AND link_function IN ('Calendly', 'LinkedIn', 'Portfolio'))`,
    );
    // Following links are one per function, whatever their URL is at the moment: two of them would become equal
    // as soon as the profile changes.
    await queryRunner.query('DROP INDEX link_tracking_identity');
    await queryRunner.query(
      `CREATE UNIQUE INDEX link_tracking_identity ON link_tracking
         (user_id, job_id, application_id, link_function, destination,
          (CASE destination WHEN 'fixed' THEN md5(original_url) ELSE '' END)) NULLS NOT DISTINCT`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX link_tracking_identity');
    await queryRunner.query(
      'ALTER TABLE link_tracking DROP COLUMN expires_at, DROP COLUMN fallback_url, DROP COLUMN destination',
    );
    await queryRunner.query(
      `CREATE UNIQUE INDEX link_tracking_identity ON link_tracking
         (user_id, job_id, application_id, link_function, md5(original_url)) NULLS NOT DISTINCT`,
    );
  }
}
