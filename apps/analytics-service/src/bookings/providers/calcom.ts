import { z } from 'zod';
import {
  ignore,
  keptText,
  lenient,
  moment,
  parseDelivery,
  type Reading,
  ref,
  trackingId,
} from '../booking-fact.js';
import { readBodySignature, type SchedulingProvider } from './scheduling-provider.js';

const envelope = z.object({
  triggerEvent: z.string(),
  createdAt: moment,
  payload: z.record(z.string(), z.unknown()),
});

const booking = z.object({
  uid: ref,
  rescheduleUid: lenient(ref),
  startTime: lenient(moment),
  endTime: lenient(moment),
  attendees: lenient(z.array(z.object({ name: lenient(keptText), email: lenient(keptText) }))),
  metadata: lenient(z.object({ click_id: lenient(trackingId) })),
});

const noShow = z.object({
  bookingUid: ref,
  attendees: z.array(z.object({ noShow: z.boolean() })).min(1),
});

/**
 * Cal.com's webhooks. What the address of the booking page carries as `metadata[click_id]` comes back in `metadata`.
 * A rescheduled booking gets a new `uid` and names the one before; its old one is not canceled by a delivery of its own.
 * Source: cal.com/docs, webhooks (payload version 2021-10-20); no delivery of theirs has been seen.
 */
export const calcom: SchedulingProvider = {
  name: 'calcom',
  label: 'Cal.com',
  setting: 'CALCOM_WEBHOOK_SECRET',
  header: 'x-cal-signature-256',
  readSignature: readBodySignature,
  identify(json) {
    const { success, data } = z
      .object({
        triggerEvent: z.string(),
        createdAt: z.string(),
        payload: z.object({ uid: lenient(z.string()), bookingUid: lenient(z.string()) }),
      })
      .safeParse(json);
    const uid = data?.payload.uid ?? data?.payload.bookingUid;
    return success && uid !== undefined ? `${data.triggerEvent} ${uid} ${data.createdAt}` : undefined;
  },
  nameEvent: (json) => z.object({ triggerEvent: z.string() }).safeParse(json).data?.triggerEvent,
  read(json) {
    const { triggerEvent, createdAt: at, payload } = parseDelivery(envelope, json);
    switch (triggerEvent) {
      case 'BOOKING_CREATED':
      case 'BOOKING_RESCHEDULED':
        return readBooking('booked', at, payload);
      case 'BOOKING_CANCELLED':
        return readBooking('canceled', at, payload);
      case 'BOOKING_NO_SHOW_UPDATED':
        return readNoShow(at, payload);
      default:
        return ignore('nothing is done with', triggerEvent);
    }
  },
};

function readBooking(kind: 'booked' | 'canceled', at: string, payload: unknown): Reading {
  const { uid, rescheduleUid, startTime, endTime, attendees, metadata } = parseDelivery(booking, payload);
  return {
    fact: {
      kind,
      ref: uid,
      at,
      movedFrom: rescheduleUid,
      bookedAt: at,
      startsAt: startTime,
      endsAt: endTime,
      name: attendees?.[0]?.name,
      email: attendees?.[0]?.email,
      trackingId: metadata?.click_id,
    },
  };
}

/** Names neither time nor invitee: the booking is known from its other deliveries. */
function readNoShow(at: string, payload: unknown): Reading {
  const { bookingUid, attendees } = parseDelivery(noShow, payload);
  const isNoShow = attendees.some((attendee) => attendee.noShow);
  return { fact: { kind: isNoShow ? 'no_show' : 'no_show_undone', ref: bookingUid, at } };
}
