import { type ErasureScope, isOfSubject, type PersonalTable, type SqlRunner } from '#events';
import type { BookingFact } from './booking-fact.js';
import { listRefs } from './known-facts.query.js';

/** How the bookings of a candidate are found. Their deliveries are found through them: those go first. */
export const PERSONAL_BOOKINGS: PersonalTable = {
  name: 'analytics.bookings',
  user: 'user_id',
  application: 'application_id',
  link: 'tracking_id',
  at: 'created_at',
};

/** SQL: what stands for a booking, by the name that its scheduling service has for it, once it was erased. It names nobody. */
function digestOfBooking(provider: string, ref: string): string {
  return `encode(sha256(convert_to(
    (SELECT key FROM analytics.erasure_key) || 'booking:' || ${provider} || ':' || ${ref}, 'UTF8')), 'hex')`;
}

/** Deliveries of the bookings by all the names that they have had, and all that name a link, read or unread. */
const eraseSql = (ofSubject: string, links: string) => `
WITH RECURSIVE named (provider, ref) AS (
  SELECT provider, provider_ref FROM analytics.bookings WHERE ${ofSubject}
  UNION
  SELECT held.provider, unnest(held.refs) FROM analytics.booking_deliveries AS held
  JOIN named ON named.provider = held.provider AND held.refs @> ARRAY[named.ref]
)
, gone AS (
  DELETE FROM analytics.booking_deliveries AS held
  WHERE EXISTS (SELECT FROM named WHERE named.provider = held.provider AND held.refs @> ARRAY[named.ref])
    OR fact->>'trackingId' = ANY (${links}::text[])
    OR EXISTS (SELECT FROM unnest(${links}::text[]) AS id WHERE position(convert_to(id, 'UTF8') IN body) > 0)
  RETURNING provider, refs
), noted AS (
  INSERT INTO analytics.erased_bookings (digest)
  SELECT DISTINCT ${digestOfBooking('provider', 'ref')} FROM (
    SELECT provider, ref FROM named UNION SELECT provider, unnest(refs) FROM gone
  ) AS known ORDER BY 1 ON CONFLICT DO NOTHING
)
SELECT count(*)::int AS rows FROM gone`;

/** Erases what scheduling services have delivered of the subject; waits for what is being processed. */
export async function eraseDeliveries(transaction: SqlRunner, scope: ErasureScope): Promise<number> {
  const own = isOfSubject(PERSONAL_BOOKINGS, scope);
  if (!own) return 0;
  await transaction.query("SELECT pg_advisory_xact_lock(hashtext('footfall-analytics-bookings'))");
  const sql = eraseSql(own.condition, `$${own.parameters.length + 1}`);
  const [erased] = (await transaction.query(sql, [...own.parameters, scope.trackingIds])) as [
    { rows: number },
  ];
  return erased.rows;
}

const IS_ERASED = `
SELECT EXISTS (SELECT FROM analytics.erased_links WHERE tracking_id = $1) OR EXISTS (
  SELECT FROM unnest($3::text[]) AS ref JOIN analytics.erased_bookings ON digest = ${digestOfBooking('$2::text', 'ref')}
) AS erased`;

const REMEMBER = `
INSERT INTO analytics.erased_bookings (digest)
SELECT DISTINCT ${digestOfBooking('$1::text', 'ref')} FROM unnest($2::text[]) AS ref ORDER BY 1 ON CONFLICT DO NOTHING`;

/**
 * Whether a fact is about a link or a booking that was erased: a late delivery, such as that of a move, which names bookings
 * and nothing else, brings nothing of it back. Then whatever it names is one too, also a booking that it was moved to.
 */
export async function isErased(
  transaction: SqlRunner,
  { provider, fact }: { provider: string; fact: BookingFact },
): Promise<boolean> {
  const refs = listRefs(fact);
  const [row] = (await transaction.query(IS_ERASED, [fact.trackingId ?? null, provider, refs])) as [
    { erased: boolean },
  ];
  if (row.erased) await transaction.query(REMEMBER, [provider, refs]);
  return row.erased;
}
