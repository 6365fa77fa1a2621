import { queryOptions } from '@tanstack/react-query';
import type { Answers } from '../../../../libs/client/src/generated/answers.js';
import { request, send } from './request.js';

export const NOTIFICATION_TYPES = ['click.human', 'application.opened', 'booking.recorded'] as const;
export type NotificationType = (typeof NOTIFICATION_TYPES)[number];

export type Webhook = Answers['WebhooksController_get'];
export type Delivery = Answers['WebhookDeliveriesController_list']['deliveries'][number];

const PATH = '/api/webhooks';

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: async ({ signal }) => {
    const { webhooks } = await request<Answers['WebhooksController_list']>(PATH, {
      query: { limit: 200 },
      signal,
    });
    return webhooks;
  },
});

export const deliveriesQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', id, 'deliveries'],
    queryFn: async ({ signal }) => {
      const { deliveries } = await request<Answers['WebhookDeliveriesController_list']>(
        `${PATH}/${id}/deliveries`,
        { signal },
      );
      return deliveries;
    },
  });

export function createWebhook(
  webhook: Pick<Webhook, 'url' | 'types'>,
): Promise<Answers['WebhooksController_create']> {
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
