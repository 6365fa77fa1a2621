import { readFileSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clickRecorded, linkChanged } from '#contracts';
import { type EventBus, RabbitmqBus } from '#events';
import { eventually, freePort, testBroker } from '#testing';
import { newDataDir, type RunningSystem, startSystem } from './running-system.js';

const ID = 'lt_portfolio_0123456789abcdef';
const NOBODY = 'amqp://guest:guest@127.0.0.1:1';
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const dataDir = newDataDir();
/** Event ids of each stored click, by the visit that it came from. */
const stored = new Map<string, Set<string>>();
let amqpUrl: string;
let bus: EventBus;
let gateway: RunningSystem | undefined;
let visits = 0;

beforeAll(async () => {
  amqpUrl = (await testBroker()).url;
  bus = new RabbitmqBus({ url: amqpUrl, name: 'test', logger: quiet, redeliveryDelayMs: 20 });
  await bus.subscribe({
    queue: 'analytics.click-recorded',
    event: clickRecorded,
    batch: { maxEvents: 500, maxWaitMs: 10 },
    handle: async (clicks) => {
      for (const { referrer, event_id } of clicks) {
        if (referrer) stored.set(referrer, (stored.get(referrer) ?? new Set()).add(event_id));
      }
      return undefined;
    },
  });
}, 60_000);

afterAll(async () => {
  await gateway?.stop();
  await bus?.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

async function start(workers: number, broker = amqpUrl): Promise<string> {
  const port = await freePort();
  gateway = await startSystem({
    script: 'dist/apps/redirect-gateway/src/main.js',
    readyLine: /redirect-gateway ready on http/,
    env: {
      PORT: String(port),
      DATA_DIR: dataDir,
      WORKERS: String(workers),
      AMQP_URL: broker,
      LINK_SERVICE_URL: '127.0.0.1:1',
      LOG_LEVEL: 'warn',
    },
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 90_000,
  });
  return gateway.url;
}

/** A visit over a connection of its own, and so to any of the workers; its status, or 0 when it was cut off. */
function visit(url: string, referrer = ''): Promise<number> {
  return new Promise((resolve) => {
    const agent = new Agent({ keepAlive: false });
    get(`${url}/track/${ID}`, { agent, headers: { referer: referrer } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    }).on('error', () => resolve(0));
  });
}

async function visitMany(url: string, count: number): Promise<{ accepted: string[]; failed: number }> {
  const accepted: string[] = [];
  let failed = 0;
  for (let done = 0; done < count; done += 1) {
    visits += 1;
    const referrer = `https://visit.example/${visits}`;
    const status = await visit(url, referrer);
    if (status === 302) accepted.push(referrer);
    else failed += 1;
  }
  return { accepted, failed };
}

function workersOf(system: RunningSystem | undefined): number[] {
  const pid = system?.process.pid;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}

/** Each accepted visit is stored, as one click. */
const expectStored = (accepted: readonly string[]) =>
  eventually(
    () => {
      expect(accepted.filter((referrer) => !stored.has(referrer))).toEqual([]);
      expect([...stored.values()].filter((ids) => ids.size !== 1)).toEqual([]);
    },
    { timeoutMs: 30_000 },
  );

async function teachLink(url: string): Promise<void> {
  await eventually(
    async () => {
      await bus.publish({
        routingKey: linkChanged.routingKey,
        events: [
          JSON.stringify({
            event_id: crypto.randomUUID(),
            occurred_at: new Date().toISOString(),
            revision: 1,
            tracking_id: ID,
            user_id: 'jordan',
            link_function: 'Portfolio',
            link_type: 'external',
            original_url: 'https://example.com/jordan',
            redirect_url: `http://localhost:5000/track/${ID}`,
            is_active: true,
            created_at: '2026-01-01T00:00:00Z',
          }),
        ],
      });
      expect(await visit(url)).toBe(302);
    },
    { timeoutMs: 30_000 },
  );
}

describe('a gateway with three workers', () => {
  it('loses and doubles nothing when one is killed under load, and starts it again', async () => {
    // Workers that are new start from the links that the first one holds: link-service is away.
    await teachLink(await start(1));
    expect(await gateway?.stop()).toBe(0);
    const url = await start(3);
    const load = Promise.all(Array.from({ length: 8 }, () => visitMany(url, 150)));
    await eventually(() => expect(visits).toBeGreaterThan(200));
    const [victim = 0, ...others] = workersOf(gateway);
    expect(others).toHaveLength(2);
    process.kill(victim, 'SIGKILL');
    const results = await load;
    const accepted = results.flatMap((result) => result.accepted);
    // Only what the dead worker had in hand.
    expect(results.reduce((sum, { failed }) => sum + failed, 0)).toBeLessThanOrEqual(8);
    await eventually(() => expect(workersOf(gateway)).toHaveLength(3), { timeoutMs: 30_000 });
    expect(workersOf(gateway)).not.toContain(victim);
    await expectStored(accepted);
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(new Set(metrics.match(/worker="\d"/g))).toEqual(
      new Set(['worker="0"', 'worker="1"', 'worker="2"']),
    );
    expect(await gateway?.stop()).toBe(0);
  }, 240_000);

  it('redirects with everything else down, and one worker later relays what all of them journaled', async () => {
    const url = await start(3, NOBODY);
    const { accepted, failed } = await visitMany(url, 60);
    expect([accepted.length, failed]).toEqual([60, 0]);
    const workers = workersOf(gateway);
    for (const pid of [gateway?.process.pid ?? 0, ...workers]) process.kill(pid, 'SIGKILL');
    await eventually(() => expect(() => process.kill(workers[0] ?? 0, 0)).toThrow());
    await start(1);
    await expectStored(accepted);
  }, 180_000);
});
