import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { type ClickRecorded, clickRecorded, LINK_CLIENT, type LinkClient, linkChanged } from '#contracts';
import { EVENT_BUS, type EventBus, InProcessBus, RabbitmqBus, RetryLaterError } from '#events';
import { globalValue, type RunningService, startService } from '#platform';
import { eventually, testBroker } from '#testing';
import { redirectGatewayEnv } from './config.js';
import { RedirectGatewayModule } from './redirect-gateway.module.js';

const ID = 'lt_portfolio_0123456789abcdef';
const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };

const noLinks: Pick<LinkClient, 'findLink' | 'watchLinks'> = {
  findLink: async () => undefined,
  async *watchLinks() {},
};

const change = (revision: number, isActive: boolean) =>
  JSON.stringify({
    event_id: crypto.randomUUID(),
    occurred_at: new Date().toISOString(),
    revision,
    tracking_id: ID,
    user_id: 'jordan',
    link_function: 'Portfolio',
    link_type: 'external',
    original_url: 'https://example.com/jordan',
    redirect_url: `http://localhost:5000/track/${ID}`,
    is_active: isActive,
    created_at: '2026-01-01T00:00:00Z',
  });

let dataDir: string;
let bus: EventBus;
let gateway: RunningService | undefined;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'gateway-bus-'));
});

afterEach(async () => {
  await gateway?.stop();
  gateway = undefined;
  await bus.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe.each([
  ['in process', async () => new InProcessBus({ dataDir, logger, redeliveryDelayMs: 20 })],
  [
    'over RabbitMQ',
    async () =>
      new RabbitmqBus({ url: (await testBroker()).url, name: 'test', logger, redeliveryDelayMs: 20 }),
  ],
])('the gateway on the bus %s', (_driver, makeBus) => {
  it('learns links by event, hands every click to the consumer through an outage, and switches links off', async () => {
    bus = await makeBus();
    const stored: ClickRecorded[] = [];
    let isDatabaseAway = true;
    await bus.subscribe({
      queue: 'analytics.click-recorded',
      event: clickRecorded,
      batch: { maxEvents: 100, maxWaitMs: 10 },
      handle: async (clicks) => {
        if (isDatabaseAway) throw new RetryLaterError('the database is away');
        stored.push(...clicks);
        return undefined;
      },
    });
    // A link change goes to analytics as well.
    await bus.subscribe({
      queue: 'analytics.link-changed',
      event: linkChanged,
      batch: { maxEvents: 100, maxWaitMs: 10 },
      handle: async () => undefined,
    });
    gateway = await startService({
      name: 'redirect-gateway',
      config: { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'silent' },
      imports: [
        globalValue({ token: EVENT_BUS, value: bus }),
        globalValue({ token: LINK_CLIENT, value: noLinks }),
        RedirectGatewayModule.register(
          z.object(redirectGatewayEnv).parse({ DATA_DIR: dataDir, JOURNAL_SYNC: 'none' }),
        ),
      ],
    });
    const { url } = gateway;
    const visit = () => fetch(`${url}/track/${ID}`, { redirect: 'manual' });

    await eventually(async () => {
      await bus.publish({ routingKey: linkChanged.routingKey, events: [change(1, true)] });
      expect((await visit()).status).toBe(302);
    });
    for (let i = 0; i < 50; i += 1) expect((await visit()).status).toBe(302);
    isDatabaseAway = false;
    await eventually(() => expect(new Set(stored.map((click) => click.event_id)).size).toBe(51));

    await bus.publish({ routingKey: linkChanged.routingKey, events: [change(2, false)] });
    await eventually(async () => expect((await visit()).status).toBe(410));
  }, 60_000);
});
