import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Interviews that were booked through a scheduling service. */
export class CreateBookings1763800000006 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(BOOKINGS);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE bookings');
  }
}

const BOOKINGS = `
CREATE TABLE bookings (
  booking_id       uuid PRIMARY KEY,
  provider         text NOT NULL CHECK (provider IN ('calendly', 'calcom', 'savvycal')),
  provider_ref     text NOT NULL,
  tracking_id      varchar(100) COLLATE "C",
  application_id   text,
  job_id           text,
  user_id          text,
  attributed_by    text CHECK (attributed_by IN ('tracking', 'hand')),
  status           text NOT NULL CHECK (status IN ('active', 'canceled', 'no_show')),
  booked_at        timestamptz NOT NULL,
  starts_at        timestamptz,
  ends_at          timestamptz,
  invitee_name     text,
  invitee_email    text,
  rescheduled_from text,
  click_id         uuid,
  clicked_at       timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  UNIQUE (provider, provider_ref)
);
COMMENT ON COLUMN bookings.provider_ref IS 'what the scheduling service calls the booking now: a reschedule changes it, and rescheduled_from keeps the one before';
COMMENT ON COLUMN bookings.attributed_by IS 'tracking: the booking carried a tracking id; hand: a person said so; null: belongs to no application yet';
COMMENT ON COLUMN bookings.booked_at IS 'when it was first booked, also after a reschedule';
COMMENT ON COLUMN bookings.invitee_email IS 'personal, like invitee_name: nulled by an erasure';
COMMENT ON COLUMN bookings.click_id IS 'the click that led to it, with clicked_at';
CREATE INDEX bookings_by_application ON bookings (application_id) WHERE application_id IS NOT NULL;
CREATE INDEX bookings_by_tracking_id ON bookings (tracking_id) WHERE tracking_id IS NOT NULL;
CREATE INDEX bookings_by_user ON bookings (user_id) WHERE user_id IS NOT NULL;
CREATE INDEX bookings_by_click ON bookings (click_id) WHERE click_id IS NOT NULL;
CREATE INDEX bookings_by_time ON bookings (booked_at, booking_id);
`;
