import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BookingFact } from './booking-fact.js';
import { foldBooking } from './fold-booking.js';

const at = (minute: number) => new Date(Date.UTC(2026, 4, 4, 10, minute)).toISOString();

const booked: BookingFact = {
  kind: 'booked',
  ref: 'A',
  at: at(0),
  bookedAt: at(0),
  startsAt: at(50),
  name: 'Riley Recruiter',
  trackingId: 'lt_calendly_abc123',
};
const canceled: BookingFact = { ...booked, kind: 'canceled', at: at(5) };
const movedAway: BookingFact = { ...booked, kind: 'moved', at: at(6), movedTo: 'B' };
const movedHere: BookingFact = {
  kind: 'booked',
  ref: 'B',
  at: at(6),
  bookedAt: at(6),
  startsAt: at(55),
  movedFrom: 'A',
};

/** Every order of the facts. */
function permute<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, i) =>
    permute([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}

describe('foldBooking', () => {
  it('is undefined while nothing tells when it was booked', () => {
    expect(foldBooking([])).toBeUndefined();
    expect(foldBooking([{ kind: 'no_show', ref: 'A', at: at(1) }])).toBeUndefined();
  });

  it.each([
    ['a booking', [booked], { status: 'active', ref: 'A' }],
    ['a cancellation', [booked, canceled], { status: 'canceled', ref: 'A' }],
    ['a cancellation alone', [canceled], { status: 'canceled', bookedAt: at(0) }],
    [
      'a move',
      [booked, movedAway, movedHere],
      {
        status: 'active',
        ref: 'B',
        rescheduledFrom: 'A',
        bookedAt: at(0),
        startsAt: at(55),
        name: 'Riley Recruiter',
        trackingId: 'lt_calendly_abc123',
      },
    ],
    ['a move without its beginning', [movedHere], { status: 'active', ref: 'B', rescheduledFrom: 'A' }],
    [
      'half a move, which is still what it was',
      [booked, movedAway],
      { status: 'active', ref: 'A', startsAt: at(50) },
    ],
    [
      'a move that names no successor',
      [booked, { ...movedAway, movedTo: undefined }, movedHere],
      { status: 'active', ref: 'B', rescheduledFrom: 'A' },
    ],
    [
      'two moves and a cancellation',
      [
        booked,
        movedAway,
        movedHere,
        { ...movedHere, kind: 'moved', at: at(7), movedTo: 'C' },
        { ...movedHere, ref: 'C', movedFrom: 'B', at: at(7) },
        { ...movedHere, kind: 'canceled', ref: 'C', movedFrom: 'B', at: at(9) },
      ] as BookingFact[],
      { status: 'canceled', ref: 'C', rescheduledFrom: 'B', bookedAt: at(0) },
    ],
    [
      'nobody came',
      [booked, { kind: 'no_show', ref: 'A', at: at(51) }] as BookingFact[],
      { status: 'no_show' },
    ],
    [
      'nobody came, taken back',
      [
        booked,
        { kind: 'no_show', ref: 'A', at: at(51) },
        { kind: 'no_show_undone', ref: 'A', at: at(52) },
      ] as BookingFact[],
      { status: 'active' },
    ],
    [
      'another time under the same name',
      [booked, { ...booked, at: at(8), startsAt: at(59) }],
      { status: 'active', ref: 'A', startsAt: at(59), bookedAt: at(0) },
    ],
    ['everything in one second', [booked, { ...canceled, at: at(0) }], { status: 'canceled', ref: 'A' }],
  ])('tells %s from its facts in every order, also told twice', (_what, facts, expected) => {
    for (const order of permute(facts)) {
      expect(foldBooking(order)).toMatchObject(expected);
      expect(foldBooking([...order, ...order])).toEqual(foldBooking(facts));
    }
  });

  it('says the same of any facts whatever their order, even when they contradict each other', () => {
    const ref = fc.constantFrom('A', 'B', 'C');
    const moment = fc.integer({ min: 0, max: 5 }).map(at);
    const facts = fc.array(
      fc.record(
        {
          kind: fc.constantFrom('booked', 'moved', 'canceled', 'no_show', 'no_show_undone'),
          ref,
          at: moment,
          movedFrom: ref,
          movedTo: ref,
          bookedAt: moment,
          startsAt: moment,
          name: fc.constantFrom('Riley', 'Robin'),
          trackingId: fc.constantFrom('lt_a', 'lt_b'),
        },
        { requiredKeys: ['kind', 'ref', 'at'] },
      ) as fc.Arbitrary<BookingFact>,
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(facts, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (all, random) => {
        const shuffled = all
          .map((fact) => ({ fact, place: random.next().value }))
          .sort((a, b) => a.place - b.place)
          .map(({ fact }) => fact);
        expect(foldBooking(shuffled)).toEqual(foldBooking(all));
        expect(foldBooking([...all, ...shuffled])).toEqual(foldBooking(all));
      }),
      { numRuns: 500 },
    );
  });
});
