import { createHmac } from 'node:crypto';
import type { BookingProvider } from '../src/bookings/booking.entity.js';

/** One key per service, as the tests' service is configured with. */
export const SIGNING_KEYS = { calendly: 'calendly-key', calcom: 'calcom-key', savvycal: 'savvycal-key' };

const hmac = (key: string, signed: string | Buffer) => createHmac('sha256', key).update(signed).digest('hex');

/** The header with which each service signs a body. */
export function signatureOf(
  provider: BookingProvider,
  body: string | Buffer,
  { key = SIGNING_KEYS[provider], seconds = Math.floor(Date.now() / 1_000) } = {},
): Record<string, string> {
  if (provider === 'calcom') return { 'x-cal-signature-256': hmac(key, body) };
  if (provider === 'savvycal') return { 'x-savvycal-signature': `sha256=${hmac(key, body).toUpperCase()}` };
  const signed = Buffer.concat([Buffer.from(`${seconds}.`), Buffer.from(body)]);
  return { 'calendly-webhook-signature': `t=${seconds},v1=${hmac(key, signed)}` };
}

export const inviteeUri = (name: string) =>
  `https://api.calendly.com/scheduled_events/EVENT/invitees/${name}`;

export interface SampleInvitee {
  event?: string;
  at?: string;
  invitee?: string;
  bookedAt?: string;
  startsAt?: string;
  trackingId?: string | null;
  rescheduled?: boolean;
  from?: string;
  to?: string;
}

/** A delivery of Calendly: an invitee who booked, unless told otherwise. */
export function calendlyDelivery({
  event = 'invitee.created',
  at = '2026-05-04T10:00:00.000000Z',
  invitee = 'A',
  bookedAt = '2026-05-04T10:00:00.000000Z',
  startsAt = '2026-05-11T15:00:00.000000Z',
  trackingId = 'lt_calendly_abc123',
  rescheduled = false,
  from,
  to,
}: SampleInvitee = {}) {
  return {
    event,
    created_at: at,
    created_by: 'https://api.calendly.com/users/USER',
    payload: {
      uri: inviteeUri(invitee),
      email: 'riley@example.com',
      name: 'Riley Recruiter',
      status: event === 'invitee.canceled' ? 'canceled' : 'active',
      timezone: 'Europe/Vienna',
      created_at: bookedAt,
      event: 'https://api.calendly.com/scheduled_events/EVENT',
      rescheduled,
      old_invitee: from === undefined ? null : inviteeUri(from),
      new_invitee: to === undefined ? null : inviteeUri(to),
      questions_and_answers: [],
      tracking: { utm_source: 'footfall', utm_medium: 'document', utm_content: trackingId, utm_term: null },
      scheduled_event: {
        uri: 'https://api.calendly.com/scheduled_events/EVENT',
        name: 'Interview',
        status: 'active',
        start_time: startsAt,
        end_time: new Date(Date.parse(startsAt) + 1_800_000).toISOString(),
      },
    },
  };
}

/** A delivery of Cal.com: a booking, unless told otherwise. */
export function calcomDelivery({
  event = 'BOOKING_CREATED',
  at = '2026-05-04T10:00:00.000Z',
  payload = {} as Record<string, unknown>,
} = {}) {
  return {
    triggerEvent: event,
    createdAt: at,
    payload: {
      uid: 'cal-A',
      startTime: '2026-05-11T15:00:00Z',
      endTime: '2026-05-11T15:30:00Z',
      organizer: { name: 'Jordan Avery', email: 'jordan@example.com' },
      attendees: [{ name: 'Riley Recruiter', email: 'riley@example.com', timeZone: 'Europe/Vienna' }],
      metadata: { click_id: 'lt_calendly_abc123', videoCallUrl: 'https://video.example.com/1' },
      status: 'ACCEPTED',
      ...payload,
    },
  };
}

/** A delivery of SavvyCal: a booking, unless told otherwise. */
export function savvycalDelivery({
  type = 'event.created',
  id = 'payload_1',
  at = '2026-05-04T10:00:01Z',
  payload = {} as Record<string, unknown>,
} = {}) {
  return {
    type,
    id,
    version: '2020-11-18',
    occurred_at: at,
    payload: {
      id: 'event_A',
      state: 'confirmed',
      created_at: '2026-05-04T10:00:00Z',
      start_at: '2026-05-11T15:00:00Z',
      end_at: '2026-05-11T15:30:00Z',
      attendees: [
        { display_name: 'Jordan Avery', email: 'jordan@example.com', is_organizer: true },
        { display_name: 'Riley Recruiter', email: 'riley@example.com', is_organizer: false },
      ],
      metadata: { click_id: 'lt_calendly_abc123' },
      ...payload,
    },
  };
}
