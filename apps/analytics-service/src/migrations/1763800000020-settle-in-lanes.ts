import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Settling in lanes, and a link's clicks of one class found in their index: a page of a class that is rare reads no more
 * rows than it shows.
 */
export class SettleInLanes1763800000020 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE settling ADD COLUMN lane smallint NOT NULL DEFAULT 0;
      COMMENT ON COLUMN settling.lane IS 'networks are divided among lanes by their hash';
      CREATE INDEX link_clicks_by_link_and_class ON link_clicks (tracking_id, clicked_at DESC, class);
      DROP INDEX link_clicks_by_link`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE settling DROP COLUMN lane;
      CREATE INDEX link_clicks_by_link ON link_clicks (tracking_id, clicked_at DESC);
      DROP INDEX link_clicks_by_link_and_class`);
  }
}
