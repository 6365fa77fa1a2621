import type { Payload } from './notification.js';
import type { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';

/** A receiver as it is answered: without its secrets. */
export function showEndpoint({
  secret: _secret,
  previous_secret: _previous,
  previous_secret_until: _until,
  ...shown
}: WebhookEndpointEntity) {
  return shown;
}

/** A delivery as it is answered, with what was sent. */
export function showDelivery(delivery: WebhookDeliveryEntity) {
  const { id, message_id, type, status, attempts, next_attempt_at, created_at, body } = delivery;
  return {
    id,
    webhook_id: message_id,
    type,
    status,
    attempts,
    next_attempt_at,
    created_at,
    payload: JSON.parse(body) as Payload,
  };
}
