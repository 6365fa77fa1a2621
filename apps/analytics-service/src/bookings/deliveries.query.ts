import type { EntityManager } from 'typeorm';
import type { BookingProvider } from './booking.entity.js';
import type { BookingFact } from './booking-fact.js';

/** Days after which deliveries that came to nothing are forgotten; none is delivered again so late. */
const IGNORED_DAYS = 30;
/** Days for which a person can look at a parked delivery: its body is personal. */
const PARKED_DAYS = 90;
const MAX_REASON_CHARACTERS = 500;

export interface PendingDelivery {
  /** A bigint, as text. */
  deliveryId: string;
  provider: BookingProvider;
  body: Buffer;
  attempts: number;
}

const TAKE = `
SELECT delivery_id AS "deliveryId", provider, body, attempts FROM booking_deliveries
WHERE state = 'pending' AND due_at <= now() ORDER BY due_at, delivery_id LIMIT 1 FOR UPDATE`;

export async function takeDueDelivery(manager: EntityManager): Promise<PendingDelivery | undefined> {
  const [delivery] = await manager.query(TAKE);
  return delivery;
}

/** Keeps what a delivery says of a booking; its body goes. */
export async function keepFact(
  manager: EntityManager,
  { deliveryId, fact, refs }: { deliveryId: string; fact: BookingFact; refs: readonly string[] },
): Promise<void> {
  await manager.query(
    `UPDATE booking_deliveries SET state = 'processed', body = NULL, reason = NULL, fact = $2, refs = $3
     WHERE delivery_id = $1`,
    [deliveryId, JSON.stringify(fact), refs],
  );
}

export async function ignoreDelivery(
  manager: EntityManager,
  deliveryId: string,
  reason: string,
): Promise<void> {
  await manager.query(
    `UPDATE booking_deliveries SET state = 'ignored', body = NULL, reason = $2 WHERE delivery_id = $1`,
    [deliveryId, toReason(reason)],
  );
}

export async function parkDelivery(
  manager: EntityManager,
  deliveryId: string,
  reason: string,
): Promise<void> {
  await manager.query(
    `UPDATE booking_deliveries SET state = 'parked', attempts = attempts + 1, reason = $2 WHERE delivery_id = $1`,
    [deliveryId, toReason(reason)],
  );
}

export async function delayDelivery(
  manager: EntityManager,
  { deliveryId, delayMs, reason }: { deliveryId: string; delayMs: number; reason: string },
): Promise<void> {
  await manager.query(
    `UPDATE booking_deliveries SET attempts = least(attempts + 1, 100), reason = $2,
       due_at = now() + make_interval(secs => $3) WHERE delivery_id = $1`,
    [deliveryId, toReason(reason), delayMs / 1_000],
  );
}

/** A delivery as people see it. Its body is not shown: it names the invitee. */
export interface DeliveryAside {
  delivery_id: string;
  provider: BookingProvider;
  event: string | null;
  state: string;
  reason: string | null;
  attempts: number;
  received_at: Date;
}

/** Deliveries that wait, newest first: parked ones, and those that are tried again. */
export async function listWaitingDeliveries(manager: EntityManager, limit: number): Promise<DeliveryAside[]> {
  return manager.query(
    `SELECT delivery_id, provider, event, state, reason, attempts, received_at FROM booking_deliveries
     WHERE state IN ('parked', 'pending') ORDER BY delivery_id DESC LIMIT $1`,
    [limit],
  );
}

/** Puts a parked delivery back into the queue; answers whether there was one. */
export async function retryDelivery(manager: EntityManager, deliveryId: string): Promise<boolean> {
  const [, changed] = await manager.query(
    `UPDATE booking_deliveries SET state = 'pending', attempts = 0, due_at = now()
     WHERE delivery_id = $1 AND state = 'parked'`,
    [deliveryId],
  );
  return changed > 0;
}

export async function purgeDeliveries(manager: EntityManager): Promise<void> {
  await manager.query(
    `DELETE FROM booking_deliveries
     WHERE (state = 'ignored' AND received_at < now() - interval '${IGNORED_DAYS} days')
        OR (state = 'parked' AND received_at < now() - interval '${PARKED_DAYS} days')`,
  );
}

/** What an operator should see go down again. */
export async function countKeptAside(
  manager: EntityManager,
): Promise<{ parked: number; pendingSeconds: number; unattributed: number }> {
  const [counts] = await manager.query(
    `SELECT (SELECT count(*)::int FROM booking_deliveries WHERE state = 'parked') AS parked,
       (SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0)::float8 FROM booking_deliveries
        WHERE state = 'pending') AS "pendingSeconds",
       (SELECT count(*)::int FROM bookings WHERE tracking_id IS NULL AND application_id IS NULL) AS unattributed`,
  );
  return counts;
}

function toReason(reason: string): string {
  return reason.replaceAll('\0', '').toWellFormed().slice(0, MAX_REASON_CHARACTERS).toWellFormed();
}
