import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The city of a click, and an index that finds every click whose visitor could still be named. */
export class EnrichClicks1763800000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE link_clicks ADD COLUMN city text');
    await queryRunner.query('DROP INDEX link_clicks_with_ip');
    await queryRunner.query(
      `CREATE INDEX link_clicks_with_visitor ON link_clicks (clicked_at)
       WHERE ip_address IS NOT NULL OR user_agent IS NOT NULL`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX link_clicks_with_visitor');
    await queryRunner.query(
      'CREATE INDEX link_clicks_with_ip ON link_clicks (clicked_at) WHERE ip_address IS NOT NULL',
    );
    await queryRunner.query('ALTER TABLE link_clicks DROP COLUMN city');
  }
}
