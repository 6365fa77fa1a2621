import type { EntityManager } from 'typeorm';
import { noteClicks } from '../notifications/click-notices.query.js';
import {
  announceClassChanges,
  asRead,
  type ChangedVerdict,
  changeClasses,
} from '../settling/change-classes.query.js';
import { asBooked, BOOKED, canBook, withoutBooking } from './booked-verdict.js';

/** Latest clicks looked at for the one that led to a booking; before it there are hardly ever more by machines. */
const CANDIDATES = 200;

export interface BookedClick {
  clickId: string;
  /** As PostgreSQL writes it, so that no microsecond is lost. */
  clickedAt: string;
}

type KnownClick = Omit<ChangedVerdict, 'was'>;

const COLUMNS = `click_id AS "clickId", clicked_at::text AS "clickedAt",
  (extract(epoch FROM clicked_at) * 1000)::float8 AS "clickedAtMs", class, score, reasons,
  click_source AS "clickSource"`;

const LAST_CLICKS = `
SELECT ${COLUMNS} FROM link_clicks
WHERE tracking_id = $1 AND clicked_at <= $2 AND answer = 'redirect' AND class IN ('human', 'suspected', 'machine')
ORDER BY clicked_at DESC, click_id DESC LIMIT ${CANDIDATES}`;

/** The click that led to a booking: the last on its link before it that can have. */
export async function findBookedClick(
  manager: EntityManager,
  { trackingId, bookedAt }: { trackingId: string; bookedAt: Date },
): Promise<BookedClick | undefined> {
  const clicks: KnownClick[] = await manager.query(LAST_CLICKS, [trackingId, bookedAt]);
  return clicks.find(canBook);
}

/** Names the click of a booking, or none. */
export async function nameClick(
  manager: EntityManager,
  bookingId: string,
  click: BookedClick | undefined,
): Promise<void> {
  await manager.query('UPDATE bookings SET click_id = $2, clicked_at = $3 WHERE booking_id = $1', [
    bookingId,
    click?.clickId ?? null,
    click?.clickedAt ?? null,
  ]);
}

const CLICKS = `
SELECT ${COLUMNS}, EXISTS (SELECT FROM bookings WHERE bookings.click_id = link_clicks.click_id) AS "hasBooking"
FROM link_clicks WHERE click_id = ANY ($1)`;

/**
 * Gives clicks the class that their bookings say, with their counters: human while a booking names them, else what
 * their signs say. Clicks that are gone are passed over. Settling works on the same clicks: one of the two at a time,
 * until the transaction ends.
 */
export async function judgeBookedClicks(manager: EntityManager, clickIds: readonly string[]): Promise<void> {
  await manager.query("SELECT pg_advisory_xact_lock(hashtext('footfall-analytics-settling'))");
  await announceClassChanges(manager);
  const clicks: (KnownClick & { hasBooking: boolean })[] = await manager.query(CLICKS, [clickIds]);
  const changed = clicks.filter(({ hasBooking, reasons }) => hasBooking || reasons.includes(BOOKED));
  await changeClasses(
    manager,
    changed.map(({ hasBooking, ...click }) => ({
      ...(hasBooking ? asBooked(click) : withoutBooking(click)),
      was: asRead(click),
    })),
  );
  const found = changed.filter((click) => click.hasBooking && click.class !== 'human');
  await noteClicks(
    manager,
    found.map(({ clickId }) => clickId),
  );
}
