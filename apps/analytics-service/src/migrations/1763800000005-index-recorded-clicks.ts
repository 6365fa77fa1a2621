import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds what was stored of late, for the live feed. Rows lie nearly in that order, so a block range index is enough. */
export class IndexRecordedClicks1763800000005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE INDEX link_clicks_by_recording ON link_clicks USING brin (recorded_at)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX link_clicks_by_recording');
  }
}
