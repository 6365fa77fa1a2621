import { z } from 'zod';
import {
  type BookingFact,
  ignore,
  keptText,
  lenient,
  moment,
  parseDelivery,
  ref,
  trackingId,
} from '../booking-fact.js';
import { readBodySignature, type SchedulingProvider } from './scheduling-provider.js';

/** Events that carry the whole booking; its state says what became of it. */
const EVENTS = new Set([
  'event.created',
  'event.approved',
  'event.rescheduled',
  'event.changed',
  'event.canceled',
  'event.checkout.completed',
]);

const KINDS: Readonly<Record<string, BookingFact['kind']>> = {
  confirmed: 'booked',
  tentative: 'booked',
  canceled: 'canceled',
  awaiting_reschedule: 'canceled',
};

const envelope = z.object({
  type: z.string(),
  occurred_at: moment,
  payload: z.record(z.string(), z.unknown()),
});

const attendee = z.object({
  display_name: lenient(keptText),
  email: lenient(keptText),
  is_organizer: lenient(z.boolean()),
});

const event = z.object({
  id: ref,
  state: z.string(),
  created_at: lenient(moment),
  start_at: lenient(moment),
  end_at: lenient(moment),
  scheduler: lenient(attendee),
  attendees: lenient(z.array(attendee)),
  metadata: lenient(z.object({ click_id: lenient(trackingId) })),
});

/**
 * SavvyCal's webhooks, payload version 2020-11-18. A booking keeps its id when it is rescheduled. What the address of
 * the scheduling link carries as `metadata[click_id]` comes back in `metadata`. Source: developers.savvycal.com and
 * docs.savvycal.com; no delivery of theirs has been seen.
 */
export const savvycal: SchedulingProvider = {
  name: 'savvycal',
  label: 'SavvyCal',
  setting: 'SAVVYCAL_WEBHOOK_SECRET',
  header: 'x-savvycal-signature',
  readSignature: readBodySignature,
  identify(json) {
    const { success, data } = z.object({ type: z.string(), id: z.string() }).safeParse(json);
    return success ? `${data.type} ${data.id}` : undefined;
  },
  nameEvent: (json) => z.object({ type: z.string() }).safeParse(json).data?.type,
  read(json) {
    const { type, occurred_at: at, payload } = parseDelivery(envelope, json);
    if (!EVENTS.has(type)) return ignore('nothing is done with', type);
    const found = parseDelivery(event, payload);
    const kind = KINDS[found.state];
    if (!kind) return ignore('not booked yet, or never:', found.state);
    const invitee = found.scheduler ?? found.attendees?.find(({ is_organizer }) => !is_organizer);
    return {
      fact: {
        kind,
        ref: found.id,
        at,
        bookedAt: found.created_at ?? at,
        startsAt: found.start_at,
        endsAt: found.end_at,
        name: invitee?.display_name,
        email: invitee?.email,
        trackingId: found.metadata?.click_id,
      },
    };
  },
};
