import type { DataSource, EntityManager } from 'typeorm';
import type { Attempt } from './webhook-delivery.entity.js';
import type { DisabledReason } from './webhook-endpoint.entity.js';

/** Requests to one receiver at once, by one process. */
const PER_ENDPOINT = 10;
/** Whoever takes a delivery and is not heard of again so long is taken for dead, s: longer than any attempt. */
const LEASE_SECONDS = 60;
/** Kept of each delivery: the last ones. */
const KEPT_ATTEMPTS = 20;
/** A receiver to which nothing could be delivered for so long is disabled. */
const FAILING_DAYS = 3;

/** A delivery that this process has taken. */
export interface Taken {
  id: string;
  endpoint_id: string;
  message_id: string;
  body: string;
  failures: number;
  url: string;
  /** Valid now, the newest first. */
  secrets: string[];
}

const LEASE_END = `now() + interval '${LEASE_SECONDS} seconds'`;

const TAKEN_COLUMNS = `delivery.id, endpoint_id, message_id, body, failures, url,
  array_remove(ARRAY[secret, CASE WHEN previous_secret_until > now() THEN previous_secret END], NULL) AS secrets`;

/** Oldest first, a few of each receiver, none of those that are busy. $1 busy endpoints, $2 how many. */
const TAKE = `
WITH due AS (
  SELECT waiting.id FROM webhook_endpoints AS endpoint CROSS JOIN LATERAL (
    SELECT id, next_attempt_at FROM webhook_deliveries
    WHERE endpoint_id = endpoint.id AND next_attempt_at <= now()
    ORDER BY next_attempt_at LIMIT ${PER_ENDPOINT} FOR UPDATE SKIP LOCKED
  ) AS waiting
  WHERE enabled AND endpoint.id <> ALL ($1::uuid[])
  ORDER BY next_attempt_at LIMIT $2
)
UPDATE webhook_deliveries AS delivery SET next_attempt_at = ${LEASE_END}
FROM due, webhook_endpoints AS endpoint
WHERE delivery.id = due.id AND endpoint.id = endpoint_id
RETURNING ${TAKEN_COLUMNS}`;

/** Takes what is due, for as long as a lease: it is due again when this process dies over it. */
export async function takeDeliveries(
  dataSource: DataSource,
  { busy, limit }: { busy: readonly string[]; limit: number },
): Promise<Taken[]> {
  const [rows] = await dataSource.query(TAKE, [busy, limit]);
  return rows;
}

const ADD_TAKEN = `
WITH delivery AS (
  INSERT INTO webhook_deliveries (endpoint_id, message_id, type, body, next_attempt_at)
  VALUES ($1, $2, $3, $4, ${LEASE_END}) RETURNING *
)
SELECT ${TAKEN_COLUMNS} FROM delivery JOIN webhook_endpoints AS endpoint ON endpoint.id = endpoint_id`;

/** A delivery for one endpoint that the caller attempts itself, at once. */
export async function addTakenDelivery(
  dataSource: DataSource,
  message: { endpointId: string; messageId: string; type: string; body: string },
): Promise<Taken> {
  const [taken] = await dataSource.query(ADD_TAKEN, [
    message.endpointId,
    message.messageId,
    message.type,
    message.body,
  ]);
  return taken;
}

/** Hands deliveries back untried, due at once. */
export async function returnDeliveries(dataSource: DataSource, ids: readonly string[]): Promise<void> {
  await dataSource.query('UPDATE webhook_deliveries SET next_attempt_at = now() WHERE id = ANY ($1)', [ids]);
}

const LOG_ATTEMPT = `attempts = jsonb_path_query_array(attempts || $2::jsonb, '$[last - ${KEPT_ATTEMPTS - 1} to last]')`;

const DELIVERED = `
UPDATE webhook_deliveries SET status = 'delivered', next_attempt_at = NULL, failures = 0, ${LOG_ATTEMPT} WHERE id = $1`;

const WORKS = 'UPDATE webhook_endpoints SET failing_since = NULL WHERE id = $1 AND failing_since IS NOT NULL';

/** Here and below the endpoint is locked before its deliveries. */
export async function recordDelivered(
  manager: EntityManager,
  { id, endpoint_id }: Taken,
  attempt: Attempt,
): Promise<void> {
  await manager.query(WORKS, [endpoint_id]);
  await manager.query(DELIVERED, [id, JSON.stringify([attempt])]);
}

const FAILED = `
UPDATE webhook_deliveries SET status = CASE WHEN $3::float8 IS NULL THEN 'failed' ELSE 'pending' END,
  next_attempt_at = now() + $3::float8 * interval '1 millisecond', failures = failures + 1, ${LOG_ATTEMPT}
WHERE id = $1`;

/** Without a delay the delivery is given up. */
export async function recordFailure(
  manager: EntityManager,
  { id }: Taken,
  { attempt, delayMs }: { attempt: Attempt; delayMs: number | undefined },
): Promise<void> {
  await manager.query(FAILED, [id, JSON.stringify([attempt]), delayMs ?? null]);
}

const FAILS = `
UPDATE webhook_endpoints SET failing_since = coalesce(failing_since, now()) WHERE id = $1
RETURNING enabled, failing_since < now() - interval '${FAILING_DAYS} days' AS "isFailing"`;

/** Whether a receiver that has just failed is still to be told anything, and whether it has been failing for too long. */
export async function noteFailing(
  manager: EntityManager,
  endpointId: string,
): Promise<{ enabled: boolean; isFailing: boolean }> {
  const [[endpoint]] = await manager.query(FAILS, [endpointId]);
  return endpoint ?? { enabled: false, isFailing: false };
}

const DISABLE = `
UPDATE webhook_endpoints SET enabled = false, disabled_reason = $2, updated_at = now() WHERE id = $1 AND enabled`;

const GIVE_UP = `
UPDATE webhook_deliveries SET status = 'failed', next_attempt_at = NULL
WHERE endpoint_id = $1 AND next_attempt_at IS NOT NULL`;

/** Tells the endpoint no more; what waits for it is given up and may be replayed later. Answers whether it was enabled. */
export async function disableEndpoint(
  manager: EntityManager,
  id: string,
  reason: DisabledReason,
): Promise<boolean> {
  const [, disabled] = await manager.query(DISABLE, [id, reason]);
  await manager.query(GIVE_UP, [id]);
  return disabled === 1;
}
