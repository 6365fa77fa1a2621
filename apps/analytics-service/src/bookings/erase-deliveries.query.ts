import { type ErasureScope, isOfSubject, type PersonalTable, type SqlRunner } from '#events';

/** How the bookings of a candidate are found. Their deliveries are found through them: those go first. */
export const PERSONAL_BOOKINGS: PersonalTable = {
  name: 'analytics.bookings',
  user: 'user_id',
  application: 'application_id',
  link: 'tracking_id',
  at: 'created_at',
};

/** Deliveries of the bookings by all the names that they have had, and all that name a link, read or unread. */
const eraseSql = (ofSubject: string, links: string) => `
WITH RECURSIVE named (provider, ref) AS (
  SELECT provider, provider_ref FROM analytics.bookings WHERE ${ofSubject}
  UNION
  SELECT held.provider, unnest(held.refs) FROM analytics.booking_deliveries AS held
  JOIN named ON named.provider = held.provider AND held.refs @> ARRAY[named.ref]
)
DELETE FROM analytics.booking_deliveries AS held
WHERE EXISTS (SELECT FROM named WHERE named.provider = held.provider AND held.refs @> ARRAY[named.ref])
  OR fact->>'trackingId' = ANY (${links}::text[])
  OR EXISTS (SELECT FROM unnest(${links}::text[]) AS id WHERE position(convert_to(id, 'UTF8') IN body) > 0)`;

/** Erases what scheduling services have delivered of the subject; waits for what is being processed. */
export async function eraseDeliveries(transaction: SqlRunner, scope: ErasureScope): Promise<number> {
  const own = isOfSubject(PERSONAL_BOOKINGS, scope);
  if (!own) return 0;
  await transaction.query("SELECT pg_advisory_xact_lock(hashtext('footfall-analytics-bookings'))");
  const sql = eraseSql(own.condition, `$${own.parameters.length + 1}`);
  const [, rows] = (await transaction.query(sql, [...own.parameters, scope.trackingIds])) as [
    unknown,
    number,
  ];
  return rows;
}

/** What is delivered about a link after its erasure brings nothing of it back. */
export async function isErased(transaction: SqlRunner, trackingId: string): Promise<boolean> {
  const rows = await transaction.query('SELECT FROM erased_links WHERE tracking_id = $1', [trackingId]);
  return Array.isArray(rows) && rows.length > 0;
}
