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
import { type PresentedSignature, readHexDigest, type SchedulingProvider } from './scheduling-provider.js';

const KINDS: Readonly<Record<string, BookingFact['kind']>> = {
  'invitee.created': 'booked',
  'invitee.canceled': 'canceled',
  'invitee_no_show.created': 'no_show',
  'invitee_no_show.deleted': 'no_show_undone',
};

const envelope = z.object({
  event: z.string(),
  created_at: moment,
  payload: z.record(z.string(), z.unknown()),
});

const invitee = z.object({
  uri: ref,
  created_at: lenient(moment),
  name: lenient(keptText),
  email: lenient(keptText),
  rescheduled: lenient(z.boolean()),
  old_invitee: lenient(ref),
  new_invitee: lenient(ref),
  tracking: lenient(z.object({ utm_content: lenient(trackingId) })),
  scheduled_event: lenient(z.object({ start_time: lenient(moment), end_time: lenient(moment) })),
});

/**
 * Calendly's webhooks, version 2. An invitee is a booking; rescheduling cancels one invitee (`rescheduled`) and creates
 * another (`old_invitee`). Source: developer.calendly.com, webhook signatures and payloads.
 */
export const calendly: SchedulingProvider = {
  name: 'calendly',
  label: 'Calendly',
  setting: 'CALENDLY_WEBHOOK_SIGNING_KEY',
  header: 'calendly-webhook-signature',
  readSignature,
  identify(json) {
    const { success, data } = z
      .object({ event: z.string(), created_at: z.string(), payload: z.object({ uri: z.string() }) })
      .safeParse(json);
    return success ? `${data.event} ${data.payload.uri} ${data.created_at}` : undefined;
  },
  nameEvent: (json) => z.object({ event: z.string() }).safeParse(json).data?.event,
  read(json) {
    const { event, created_at: at, payload } = parseDelivery(envelope, json);
    const kind = KINDS[event];
    if (!kind) return ignore('nothing is done with', event);
    const found = parseDelivery(invitee, payload);
    return {
      fact: {
        kind: kind === 'canceled' && found.rescheduled ? 'moved' : kind,
        ref: found.uri,
        at,
        movedFrom: found.old_invitee,
        movedTo: found.new_invitee,
        bookedAt: found.created_at ?? at,
        startsAt: found.scheduled_event?.start_time,
        endsAt: found.scheduled_event?.end_time,
        name: found.name,
        email: found.email,
        trackingId: found.tracking?.utm_content,
      },
    };
  },
};

/** `t=<unix seconds>,v1=<hex>`; while Calendly rotates a key there may be several `v1`. */
function readSignature(header: string): PresentedSignature | undefined {
  const parts = header.split(',').map((part) => part.trim());
  const seconds = parts.find((part) => /^t=\d{1,12}$/.test(part))?.slice(2);
  const digests = parts
    .filter((part) => part.startsWith('v1='))
    .map((part) => readHexDigest(part.slice(3)))
    .filter((digest) => digest !== undefined);
  if (seconds === undefined || digests.length === 0) return undefined;
  return { prefix: `${seconds}.`, digests, signedAtMs: Number(seconds) * 1_000 };
}
