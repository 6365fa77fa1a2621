import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which transaction stored a click, for the live feed: unlike a time, it tells when nothing earlier can come any more.
 * Rows lie nearly in that order, so a block range index is enough.
 */
export class OrderStoredClicks1763800000013 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE link_clicks ADD COLUMN stored_in bigint NOT NULL DEFAULT 0;
      ALTER TABLE link_clicks ALTER COLUMN stored_in SET DEFAULT pg_current_xact_id()::text::bigint;
      COMMENT ON COLUMN link_clicks.stored_in IS 'the transaction that stored it; 0 before this was noted';
      DROP INDEX link_clicks_by_recording;
      CREATE INDEX link_clicks_by_storing ON link_clicks USING brin (stored_in) WITH (autosummarize = on)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE link_clicks DROP COLUMN stored_in;
      CREATE INDEX link_clicks_by_recording ON link_clicks USING brin (recorded_at)`);
  }
}
