import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import type { Notification } from './notification.js';
import { notify } from './notify.query.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;

beforeAll(async () => {
  service = await runAnalyticsService();
});
afterAll(() => service.stop());
beforeEach(() => service.truncate('webhook_endpoints, webhook_deliveries'));

const booked: Notification = {
  id: 'booking.recorded:1',
  type: 'booking.recorded',
  userId: 'jordan_avery',
  occurredAt: new Date('2026-05-04T10:00:00.000Z'),
  summary: 'An interview was booked.',
  data: { booking_id: '1' },
};

async function addEndpoint({ userId = null as string | null, type = 'booking.recorded', enabled = true }) {
  await service.dataSource.query(
    `INSERT INTO webhook_endpoints (user_id, url, types, enabled, secret) VALUES ($1, 'https://127.0.0.1/', ARRAY[$2], $3, 's')`,
    [userId, type, enabled],
  );
}

async function listDeliveries() {
  return service.dataSource.query(
    'SELECT message_id, type, user_id, body::json AS body FROM webhook_deliveries ORDER BY id',
  );
}

describe('notify', () => {
  it('writes one delivery for each endpoint that wants the type and the user, and none for others', async () => {
    await addEndpoint({});
    await addEndpoint({ userId: 'jordan_avery' });
    await addEndpoint({ userId: 'somebody_else' });
    await addEndpoint({ type: 'click.human' });
    await addEndpoint({ enabled: false });
    await notify(service.dataSource.manager, [booked, { ...booked, id: '2', userId: undefined }]);
    const deliveries = await listDeliveries();
    expect(deliveries).toHaveLength(3);
    expect(deliveries.filter((each: { user_id: string | null }) => each.user_id === null)).toHaveLength(1);
    expect(deliveries[0].body).toEqual({
      type: 'booking.recorded',
      version: 1,
      timestamp: '2026-05-04T10:00:00.000Z',
      summary: 'An interview was booked.',
      data: { booking_id: '1' },
    });
  });

  it('tells nothing twice, and nothing that is rolled back', async () => {
    await addEndpoint({});
    const failed = service.dataSource.transaction(async (manager) => {
      await notify(manager, [booked]);
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect(await listDeliveries()).toEqual([]);
    await notify(service.dataSource.manager, [booked]);
    await notify(service.dataSource.manager, [booked]);
    expect(await listDeliveries()).toHaveLength(1);
  });
});
