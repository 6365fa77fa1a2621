import { Column, Entity, PrimaryColumn } from 'typeorm';

export const BOOKING_PROVIDERS = ['calendly', 'calcom', 'savvycal'] as const;
export type BookingProvider = (typeof BOOKING_PROVIDERS)[number];

export const BOOKING_STATUSES = ['active', 'canceled', 'no_show'] as const;
export type BookingStatus = (typeof BOOKING_STATUSES)[number];

/** `tracking`: the booking carried a tracking id. `hand`: a person said so. */
export type BookingAttribution = 'tracking' | 'hand';

const nullable = { type: 'text', nullable: true } as const;

/** An interview that was booked through a scheduling service. One row however often it is moved. */
@Entity({ name: 'bookings' })
export class BookingEntity {
  @PrimaryColumn('uuid') booking_id: string = '';
  @Column('text') provider: BookingProvider = 'calendly';
  /** What the scheduling service calls it now: a reschedule changes it. */
  @Column('text') provider_ref: string = '';
  @Column(nullable) tracking_id: string | null = null;
  @Column(nullable) application_id: string | null = null;
  @Column(nullable) job_id: string | null = null;
  @Column(nullable) user_id: string | null = null;
  /** Null: it belongs to no application yet. */
  @Column(nullable) attributed_by: BookingAttribution | null = null;
  @Column('text') status: BookingStatus = 'active';
  /** When it was first booked, also after a reschedule. */
  @Column('timestamptz') booked_at: Date = new Date(0);
  @Column({ type: 'timestamptz', nullable: true }) starts_at: Date | null = null;
  @Column({ type: 'timestamptz', nullable: true }) ends_at: Date | null = null;
  /** Personal, like the address: nulled by an erasure. */
  @Column(nullable) invitee_name: string | null = null;
  @Column(nullable) invitee_email: string | null = null;
  /** The `provider_ref` before the last reschedule. */
  @Column(nullable) rescheduled_from: string | null = null;
  /** The click that led to it, with its moment; written by itself, so that no microsecond is lost. */
  @Column({ type: 'uuid', nullable: true, insert: false, update: false }) click_id: string | null = null;
  @Column({ type: 'timestamptz', nullable: true, insert: false, update: false })
  clicked_at: Date | null = null;
  @Column({ type: 'timestamptz', insert: false, update: false }) created_at: Date = new Date(0);
  @Column('timestamptz') updated_at: Date = new Date(0);
}
