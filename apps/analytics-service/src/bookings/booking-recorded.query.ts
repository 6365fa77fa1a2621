import type { EntityManager } from 'typeorm';
import type { Notification } from '../notifications/notification.js';
import type { BookingEntity } from './booking.entity.js';

const APPLICATION = 'SELECT company, title FROM applications WHERE user_id = $1 AND application_id = $2';

/** What is told of a new booking. The invitee is not named: what is sent cannot be called back. */
export async function tellOfBooking(manager: EntityManager, booking: BookingEntity): Promise<Notification> {
  const [application] = await manager.query(APPLICATION, [booking.user_id, booking.application_id]);
  const { company = null, title = null } = application ?? {};
  return {
    id: `booking.recorded:${booking.booking_id}`,
    type: 'booking.recorded',
    userId: booking.user_id ?? undefined,
    applicationId: booking.application_id ?? undefined,
    occurredAt: booking.booked_at,
    summary: `An interview was booked${title ? ` for ${title}` : ''}${company ? ` at ${company}` : ''}.`,
    data: {
      booking_id: booking.booking_id,
      provider: booking.provider,
      status: booking.status,
      booked_at: booking.booked_at.toISOString(),
      starts_at: booking.starts_at?.toISOString() ?? null,
      ends_at: booking.ends_at?.toISOString() ?? null,
      tracking_id: booking.tracking_id,
      application_id: booking.application_id,
      job_id: booking.job_id,
      user_id: booking.user_id,
      company,
      title,
    },
  };
}
