import { queryOptions } from '@tanstack/react-query';
import { request, send } from './request.js';

export const NOTIFICATION_TYPES = ['click.human', 'application.opened', 'booking.recorded'] as const;
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

export interface Webhook {
  id: string;
  url: string;
  types: NotificationType[];
  description: string | null;
  enabled: boolean;
  disabled_reason: 'by_hand' | 'gone' | 'failing' | null;
  failing_since: string | null;
}

export interface Delivery {
  id: string;
  type: string;
  status: 'pending' | 'delivered' | 'failed';
  attempts: { at: string; status?: number; error?: string; duration_ms: number }[];
  next_attempt_at: string | null;
  created_at: string;
  payload: { summary?: string };
}

const PATH = '/api/webhooks';

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async ({ signal }) => {
    const { webhooks } = await request<{ webhooks: Webhook[] }>(PATH, { query: { limit: 200 }, signal });
    return webhooks;
  },
});

export const deliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id, 'deliveries'],
    queryFn: async ({ signal }) => {
      const { deliveries } = await request<{ deliveries: Delivery[] }>(`${PATH}/${id}/deliveries`, {
        signal,
      });
      return deliveries;
    },
  });

export function createWebhook(
  webhook: Pick<Webhook, 'url' | 'types'>,
): Promise<Webhook & { secret: string }> {
  return request(PATH, { method: 'POST', body: webhook });
}

export function changeWebhook(id: string, change: { enabled: boolean }): Promise<Webhook> {
  return request(`${PATH}/${id}`, { method: 'PATCH', body: change });
}

export async function removeWebhook(id: string): Promise<void> {
  await send(`${PATH}/${id}`, { method: 'DELETE' });
}

export function testWebhook(id: string): Promise<Delivery> {
  return request(`${PATH}/${id}/test`, { method: 'POST' });
}

export function replayDelivery(id: string, deliveryId: string): Promise<Delivery> {
  return request(`${PATH}/${id}/deliveries/${deliveryId}/replay`, { method: 'POST' });
}
