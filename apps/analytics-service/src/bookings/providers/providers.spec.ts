import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  calcomDelivery,
  calendlyDelivery,
  inviteeUri,
  SIGNING_KEYS,
  savvycalDelivery,
  signatureOf,
} from '../../../test/booking-deliveries.js';
import { BOOKING_PROVIDERS } from '../booking.entity.js';
import { UnreadableDeliveryError } from '../booking-fact.js';
import { isSignedBy } from '../webhook-signature.js';
import { PROVIDERS } from './providers.js';
import type { SchedulingProvider } from './scheduling-provider.js';

const { calendly, calcom, savvycal } = PROVIDERS;
const START = '2026-05-11T15:00:00.000Z';
const fact = {
  kind: 'booked',
  at: '2026-05-04T10:00:00.000Z',
  bookedAt: '2026-05-04T10:00:00.000Z',
  startsAt: START,
  endsAt: '2026-05-11T15:30:00.000Z',
  name: 'Riley Recruiter',
  email: 'riley@example.com',
  trackingId: 'lt_calendly_abc123',
};

describe('what a delivery says', () => {
  it.each([
    ['Calendly’s booking', calendly, calendlyDelivery(), { ...fact, ref: inviteeUri('A') }],
    [
      'its cancellation',
      calendly,
      calendlyDelivery({ event: 'invitee.canceled' }),
      { kind: 'canceled', ref: inviteeUri('A') },
    ],
    [
      'the end of a time that was moved',
      calendly,
      calendlyDelivery({ event: 'invitee.canceled', rescheduled: true, to: 'B' }),
      { kind: 'moved', ref: inviteeUri('A'), movedTo: inviteeUri('B') },
    ],
    [
      'the time it was moved to',
      calendly,
      calendlyDelivery({ invitee: 'B', from: 'A' }),
      { kind: 'booked', ref: inviteeUri('B'), movedFrom: inviteeUri('A') },
    ],
    [
      'nobody came',
      calendly,
      calendlyDelivery({ event: 'invitee_no_show.created' }),
      { kind: 'no_show', ref: inviteeUri('A') },
    ],
    [
      'that, taken back',
      calendly,
      calendlyDelivery({ event: 'invitee_no_show.deleted' }),
      { kind: 'no_show_undone', ref: inviteeUri('A') },
    ],
    [
      'a tracking parameter that is no tracking id',
      calendly,
      calendlyDelivery({ trackingId: "lt_x'; DROP TABLE bookings" }),
      { kind: 'booked', trackingId: undefined },
    ],
    ['Cal.com’s booking', calcom, calcomDelivery(), { ...fact, ref: 'cal-A' }],
    [
      'another time for it',
      calcom,
      calcomDelivery({ event: 'BOOKING_RESCHEDULED', payload: { uid: 'cal-B', rescheduleUid: 'cal-A' } }),
      { kind: 'booked', ref: 'cal-B', movedFrom: 'cal-A' },
    ],
    [
      'its cancellation',
      calcom,
      calcomDelivery({ event: 'BOOKING_CANCELLED' }),
      { kind: 'canceled', ref: 'cal-A' },
    ],
    [
      'nobody came',
      calcom,
      calcomDelivery({
        event: 'BOOKING_NO_SHOW_UPDATED',
        payload: {
          uid: undefined,
          bookingUid: 'cal-A',
          attendees: [{ email: 'a@example.com', noShow: true }],
        },
      }),
      { kind: 'no_show', ref: 'cal-A' },
    ],
    ['SavvyCal’s booking', savvycal, savvycalDelivery({ at: fact.at }), { ...fact, ref: 'event_A' }],
    [
      'its cancellation',
      savvycal,
      savvycalDelivery({ type: 'event.canceled', payload: { state: 'canceled' } }),
      { kind: 'canceled', ref: 'event_A' },
    ],
    [
      'another time for it',
      savvycal,
      savvycalDelivery({ type: 'event.rescheduled', payload: { start_at: '2026-05-12T09:00:00Z' } }),
      { kind: 'booked', ref: 'event_A', startsAt: '2026-05-12T09:00:00.000Z' },
    ],
  ] as [string, SchedulingProvider, unknown, object][])(
    'is read from %s',
    (_what, provider, json, expected) => {
      expect(provider.read(json)).toEqual({ fact: expect.objectContaining(expected) });
    },
  );

  it.each([
    ['a routing form', calendly, calendlyDelivery({ event: 'routing_form_submission.created' })],
    ['Cal.com’s test', calcom, calcomDelivery({ event: 'PING' })],
    ['a request that nobody has confirmed', calcom, calcomDelivery({ event: 'BOOKING_REQUESTED' })],
    ['a poll', savvycal, savvycalDelivery({ type: 'poll.response.created' })],
    [
      'a booking that waits for approval',
      savvycal,
      savvycalDelivery({ payload: { state: 'awaiting_approval' } }),
    ],
    ['an event of any name', calcom, calcomDelivery({ event: 'a\0\udc00\ud800' })],
  ] as [string, SchedulingProvider, unknown][])('is nothing for %s', (_what, provider, json) => {
    expect(provider.read(json)).toEqual({ ignored: expect.stringMatching(/^[\P{C}\ufffd]+$/u) });
  });

  it.each([
    ['no JSON object', calendly, 7, /the body/],
    ['no moment', calendly, { ...calendlyDelivery(), created_at: 'today' }, /created_at/],
    ['no name for the booking', calcom, calcomDelivery({ payload: { uid: '' } }), /uid/],
    [
      'a year that no database has',
      savvycal,
      savvycalDelivery({ at: '0000-01-01T00:00:00Z' }),
      /occurred_at/,
    ],
    ['a name without end', savvycal, savvycalDelivery({ payload: { id: 'x'.repeat(501) } }), /id/],
  ] as [string, SchedulingProvider, unknown, RegExp][])(
    'cannot be read with %s, and the reason says where',
    (_what, provider, json, where) => {
      expect(() => provider.read(json)).toThrow(UnreadableDeliveryError);
      expect(() => provider.read(json)).toThrow(where);
    },
  );

  it('is read, ignored or refused with a reason, whatever is delivered', () => {
    const samples = {
      calendly: [calendlyDelivery(), calendlyDelivery({ event: 'invitee.canceled' })],
      calcom: [calcomDelivery(), calcomDelivery({ event: 'BOOKING_NO_SHOW_UPDATED' })],
      savvycal: [savvycalDelivery()],
    };
    fc.assert(
      fc.property(
        fc.constantFrom(...BOOKING_PROVIDERS),
        fc.jsonValue({ maxDepth: 4 }),
        fc.nat(),
        fc.nat(),
        (name, hostile, sample, place) => {
          const delivery = samples[name][sample % samples[name].length];
          for (const json of [hostile, replaceAt(delivery, place, hostile)]) {
            const reading = readOrRefuse(PROVIDERS[name], json);
            const text = JSON.stringify(reading);
            expect(text.length).toBeLessThan(20_000);
            expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

function readOrRefuse(provider: SchedulingProvider, json: unknown): unknown {
  provider.identify(json);
  provider.nameEvent(json);
  try {
    return provider.read(json);
  } catch (error) {
    if (error instanceof UnreadableDeliveryError) return {};
    throw error;
  }
}

/** The delivery with one of its values, however deep, replaced. */
function replaceAt(delivery: unknown, place: number, value: unknown): unknown {
  const paths = listPaths(delivery);
  const path = paths[place % paths.length] ?? [];
  const copy = structuredClone(delivery);
  let inner = copy as Record<string, unknown>;
  for (const key of path.slice(0, -1)) inner = inner[key] as Record<string, unknown>;
  inner[path.at(-1) ?? ''] = value;
  return copy;
}

function listPaths(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key],
    ...listPaths(inner).map((path) => [key, ...path]),
  ]);
}

describe('a signature', () => {
  const body = Buffer.from('{"event": "invitee.created"}\n');

  function isGood(
    name: (typeof BOOKING_PROVIDERS)[number],
    headers: Record<string, string>,
    signed = body,
    key = SIGNING_KEYS[name],
  ) {
    const provider = PROVIDERS[name];
    const signature = provider.readSignature(headers[provider.header] ?? '');
    return signature !== undefined && isSignedBy(['another key', key], signature, signed);
  }

  it.each(BOOKING_PROVIDERS)('of %s fits its body and one of the keys', (name) => {
    expect(isGood(name, signatureOf(name, body))).toBe(true);
    expect(isGood(name, signatureOf(name, body), body, 'a third key')).toBe(false);
  });

  it.each(BOOKING_PROVIDERS)('of %s fits no body that differs in one bit', (name) => {
    const headers = signatureOf(name, body);
    for (let bit = 0; bit < body.length * 8; bit++) {
      const changed = Buffer.from(body);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isGood(name, headers, changed)).toBe(false);
    }
    expect(isGood(name, headers, Buffer.concat([body, Buffer.from(' ')]))).toBe(false);
  });

  it('of Calendly fits no other moment, and may be one of several', () => {
    const header =
      signatureOf('calendly', body, { seconds: 1_700_000_000 })['calendly-webhook-signature'] ?? '';
    const good = { 'calendly-webhook-signature': header };
    expect(isGood('calendly', good)).toBe(true);
    expect(isGood('calendly', { 'calendly-webhook-signature': header.replace('t=17', 't=18') })).toBe(false);
    const several = header.replace('v1=', `v1=${'0'.repeat(64)},v1=`);
    expect(isGood('calendly', { 'calendly-webhook-signature': several })).toBe(true);
  });

  it('is none of these', () => {
    const digests = [
      '',
      'x',
      'sha256=',
      '0'.repeat(63),
      '0'.repeat(65),
      `${'0'.repeat(63)}g`,
      'é'.repeat(64),
    ];
    const headers = [
      ...digests,
      't=1',
      'v1=',
      `t=1,v1=${'0'.repeat(63)}`,
      `t=-1,v1=${'0'.repeat(64)}`,
      `v1=${'0'.repeat(64)}`,
    ];
    for (const name of BOOKING_PROVIDERS) {
      for (const header of headers) expect(PROVIDERS[name].readSignature(header)).toBeUndefined();
    }
  });

  it('of any form is judged without an error', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...BOOKING_PROVIDERS),
        fc.string({ unit: 'binary', maxLength: 200 }),
        (name, header) => {
          expect(isGood(name, { [PROVIDERS[name].header]: header })).toBe(false);
        },
      ),
    );
  });
});
