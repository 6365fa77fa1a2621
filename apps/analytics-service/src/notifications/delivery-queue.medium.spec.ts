import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { returnDeliveries, takeDeliveries } from './delivery-queue.query.js';
import { WebhookLog } from './webhook-log.service.js';
import { WebhookWorker } from './webhook-worker.service.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;

beforeAll(async () => {
  service = await runAnalyticsService();
  await service.app.get(WebhookWorker).beforeApplicationShutdown();
});
afterAll(() => service.stop());
beforeEach(() => service.truncate('webhook_endpoints, webhook_deliveries'));

async function queue(endpoints: number, each: number): Promise<void> {
  await service.dataSource.query(
    `WITH endpoint AS (
       INSERT INTO webhook_endpoints (url, types, secret)
       SELECT 'https://127.0.0.1/', '{click.human}', 'whsec_' FROM generate_series(1, $1) RETURNING id
     )
     INSERT INTO webhook_deliveries (endpoint_id, message_id, type, body)
     SELECT id, n, 'click.human', '{}' FROM endpoint, generate_series(1, $2) AS n`,
    [endpoints, each],
  );
}

const take = (limit = 50, busy: string[] = []) => takeDeliveries(service.dataSource, { busy, limit });

describe('the queue of deliveries', () => {
  it('gives each delivery to one of several processes', async () => {
    await queue(10, 8);
    const taken = (await Promise.all([take(), take(), take(), take()])).flat();
    const rest = await take(100);
    const ids = [...taken, ...rest].map(({ id }) => id);
    expect(ids).toHaveLength(80);
    expect(new Set(ids).size).toBe(80);
    expect(await take()).toEqual([]);
  });

  it('gives a delivery again, as the same message, when who took it is not heard of for a minute', async () => {
    await queue(1, 1);
    const [first] = await take();
    expect(await take()).toEqual([]);
    await service.dataSource.query(
      "UPDATE webhook_deliveries SET next_attempt_at = next_attempt_at - interval '61 s'",
    );
    expect(await take()).toEqual([first]);
  });

  it('gives at once what was handed back', async () => {
    await queue(1, 2);
    const taken = await take();
    await returnDeliveries(service.dataSource, [taken[0]?.id ?? '']);
    expect(await take()).toEqual([taken[0]]);
  });

  it('lets no receiver take the place of others, and leaves alone those that are busy or disabled', async () => {
    await queue(2, 40);
    const [crowd = '', other = ''] = [...new Set((await take(100)).map(({ endpoint_id }) => endpoint_id))];
    await service.dataSource.query('UPDATE webhook_deliveries SET next_attempt_at = now()');
    expect((await take(100)).filter(({ endpoint_id }) => endpoint_id === crowd)).toHaveLength(10);
    expect((await take(100, [crowd])).map(({ endpoint_id }) => endpoint_id)).toEqual(Array(10).fill(other));
    await service.dataSource.query('UPDATE webhook_endpoints SET enabled = false');
    expect(await take(100)).toEqual([]);
  });

  it('is cleared of what is older than the log is kept', async () => {
    await queue(1, 3);
    await service.dataSource.query(
      "UPDATE webhook_deliveries SET created_at = now() - interval '31 days' WHERE message_id <> '3'",
    );
    expect(await service.app.get(WebhookLog).deleteOld(new Date())).toBe(2);
    expect(await take()).toMatchObject([{ message_id: '3' }]);
  });
});
