import type { BookingStatus } from './booking.entity.js';
import type { BookingFact } from './booking-fact.js';

/** A booking as its facts tell it. */
export interface BookingState {
  ref: string;
  rescheduledFrom?: string | undefined;
  status: BookingStatus;
  bookedAt: string;
  startsAt?: string | undefined;
  endsAt?: string | undefined;
  name?: string | undefined;
  email?: string | undefined;
  trackingId?: string | undefined;
}

/** Among facts of one moment, in which order they can have happened. */
const RANK: Readonly<Record<BookingFact['kind'], number>> = {
  booked: 0,
  no_show: 1,
  no_show_undone: 2,
  moved: 3,
  canceled: 4,
};

/**
 * What became of one booking, moved however often: the same for the same facts, in whatever order they arrived and
 * however often. Pure.
 *
 * - It is now what no other booking replaced; between the two deliveries of a move, what it was before.
 * - It was booked when the first of its facts says so, from the link that the first one with a link names.
 *
 * Undefined while nothing tells when it was booked.
 */
export function foldBooking(facts: readonly BookingFact[]): BookingState | undefined {
  const inOrder = [...facts].sort(compare);
  const [bookedAt] = inOrder.flatMap((fact) => fact.bookedAt ?? []).sort();
  const ref = findCurrent(inOrder);
  if (bookedAt === undefined || ref === undefined) return undefined;
  const own = inOrder.filter((fact) => fact.ref === ref);
  const before = inOrder.find((fact) => fact.movedTo === ref && fact.ref !== ref)?.ref;
  return {
    ref,
    rescheduledFrom: own.findLast(({ movedFrom }) => movedFrom && movedFrom !== ref)?.movedFrom ?? before,
    status: findStatus(own),
    bookedAt,
    startsAt: own.findLast(({ startsAt }) => startsAt)?.startsAt,
    endsAt: own.findLast(({ endsAt }) => endsAt)?.endsAt,
    name: inOrder.findLast(({ name }) => name)?.name,
    email: inOrder.findLast(({ email }) => email)?.email,
    trackingId: inOrder.find(({ trackingId }) => trackingId)?.trackingId,
  };
}

function compare(a: BookingFact, b: BookingFact): number {
  const byTime = Date.parse(a.at) - Date.parse(b.at) || RANK[a.kind] - RANK[b.kind];
  if (byTime !== 0) return byTime;
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The one that nothing replaced. Facts that contradict each other leave several or none: then the latest. */
function findCurrent(inOrder: readonly BookingFact[]): string | undefined {
  const replaced = new Set(
    inOrder.flatMap(({ kind, ref, movedFrom }) => [
      ...(kind === 'moved' ? [ref] : []),
      ...(movedFrom !== undefined && movedFrom !== ref ? [movedFrom] : []),
    ]),
  );
  const latest = inOrder.findLast(({ ref }) => !replaced.has(ref)) ?? inOrder.at(-1);
  return latest?.ref;
}

function findStatus(own: readonly BookingFact[]): BookingStatus {
  let isCanceled = false;
  let isNoShow = false;
  for (const { kind } of own) {
    if (kind === 'booked') isCanceled = isNoShow = false;
    else if (kind === 'canceled') isCanceled = true;
    else if (kind !== 'moved') isNoShow = kind === 'no_show';
  }
  if (isCanceled) return 'canceled';
  return isNoShow ? 'no_show' : 'active';
}
