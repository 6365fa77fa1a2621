import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Bookings that were erased, so that nothing of them comes back by a late delivery. Names nobody, as the ledger. */
export class RememberErasedBookings1763800000022 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE erased_bookings (digest text PRIMARY KEY);
      COMMENT ON TABLE erased_bookings IS 'digests, over the deployment''s key, of what scheduling services call them'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE erased_bookings');
  }
}
