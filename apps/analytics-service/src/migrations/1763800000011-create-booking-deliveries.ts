import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What scheduling services have delivered: stored before anything is done with it. */
export class CreateBookingDeliveries1763800000011 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(DELIVERIES);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE booking_deliveries');
  }
}

const DELIVERIES = `
CREATE TABLE booking_deliveries (
  delivery_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  provider      text NOT NULL,
  delivery_key  text NOT NULL,
  event         text,
  received_at   timestamptz NOT NULL DEFAULT now(),
  body          bytea,
  state         text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'parked', 'ignored', 'processed')),
  attempts      smallint NOT NULL DEFAULT 0,
  due_at        timestamptz NOT NULL DEFAULT now(),
  reason        text,
  refs          text[],
  fact          jsonb,
  UNIQUE (provider, delivery_key)
);
COMMENT ON COLUMN booking_deliveries.delivery_key IS 'a digest of what is equal in two deliveries of one event: the second is not stored';
COMMENT ON COLUMN booking_deliveries.body IS 'as it came; gone once it has been processed or ignored';
COMMENT ON COLUMN booking_deliveries.reason IS 'why it is parked or ignored, or why the last attempt failed';
COMMENT ON COLUMN booking_deliveries.fact IS 'what it says of a booking: bookings are made from these. Personal, like the body';
COMMENT ON COLUMN booking_deliveries.refs IS 'what the scheduling service calls the bookings that the fact is about';
CREATE INDEX booking_deliveries_due ON booking_deliveries (due_at, delivery_id) WHERE state = 'pending';
CREATE INDEX booking_deliveries_kept_aside ON booking_deliveries (state, received_at) WHERE state IN ('parked', 'ignored');
CREATE INDEX booking_deliveries_by_ref ON booking_deliveries USING gin (refs) WHERE refs IS NOT NULL;
`;
