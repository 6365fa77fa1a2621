import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { type Notification, toPayload } from './notification.js';

/** One delivery for each endpoint that wants the type and may know of the user; none when nobody does. */
const ENQUEUE = `
INSERT INTO webhook_deliveries (endpoint_id, message_id, type, user_id, application_id, body)
SELECT endpoint.id, said.id, said.type, said.user_id, said.application_id, said.body
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
  AS said (id, type, user_id, application_id, body)
JOIN webhook_endpoints AS endpoint ON endpoint.enabled AND said.type = ANY (endpoint.types)
  AND (endpoint.user_id IS NULL OR endpoint.user_id = said.user_id)
ORDER BY endpoint.id, said.id
ON CONFLICT (endpoint_id, message_id) DO NOTHING`;

/**
 * Tells whoever asked for it, by webhook: writes what is to be sent in the caller's transaction, so that it is told if
 * and only if that commits. At most once for an endpoint and an id, however often it is called.
 */
export async function notify(
  transaction: Pick<EntityManager, 'query'>,
  notifications: readonly Notification[],
): Promise<void> {
  if (notifications.length === 0) return;
  await transaction.query(ENQUEUE, [
    notifications.map(({ id }) => toMessageId(id)),
    notifications.map(({ type }) => type),
    notifications.map(({ userId }) => userId ?? null),
    notifications.map(({ applicationId }) => applicationId ?? null),
    notifications.map(toPayload),
  ]);
}

/** The `webhook-id` of a fact: the same at every attempt and every endpoint, without the dots that the signature puts in. */
function toMessageId(id: string): string {
  return `msg_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}
