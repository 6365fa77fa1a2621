import type { EntityManager } from 'typeorm';
import type { BookingProvider } from './booking.entity.js';
import type { BookingFact } from './booking-fact.js';

const FACTS = `
SELECT fact, refs FROM booking_deliveries WHERE provider = $1 AND refs && $2::text[] AND fact IS NOT NULL`;

/** What a service calls the bookings that a fact is about. */
export function listRefs({ ref, movedFrom, movedTo }: BookingFact): string[] {
  return [...new Set([ref, movedFrom, movedTo].filter((name) => name !== undefined))];
}

/** Every fact of the booking that goes by these names, and every name it has had: moves are followed both ways. */
export async function listKnownFacts(
  manager: EntityManager,
  provider: BookingProvider,
  refs: readonly string[],
): Promise<{ facts: BookingFact[]; refs: string[] }> {
  let names = new Set(refs);
  for (;;) {
    const rows: { fact: BookingFact; refs: string[] }[] = await manager.query(FACTS, [provider, [...names]]);
    const more = new Set([...names, ...rows.flatMap((row) => row.refs)]);
    if (more.size === names.size) return { facts: rows.map(({ fact }) => fact), refs: [...names] };
    names = more;
  }
}
