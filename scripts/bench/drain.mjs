/**
 * A backlog of BENCH_BACKLOG clicks (1,000,000) that waited in RabbitMQ while no analytics-service ran: how fast one
 * process stores it, and what its memory does. A second process joins after a quarter and is killed with SIGKILL at a
 * half, so that what it held goes back to the first. Every click must then have its one row, and the first process must
 * never have taken more than its bound.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startApp, stop, untilReady } from '../processes.mjs';
import { makeClicks } from './ingest/sample-clicks.mjs';
import { peakMegabytes } from './redirect/processes.mjs';

const CLICKS = Number(process.env.BENCH_BACKLOG ?? 1_000_000);
const A_MESSAGE = 200;
const PUBLISHED_AT_ONCE = 20_000;
/** What an analytics-service may take however much waits for it: docs/scaling.md says so. */
const BOUND_MB = 512;

export async function run() {
  const { freePort, provisionDatabase, startLocalPostgres, startLocalRabbitmq } = await import(
    '../../dist/libs/platform/src/index.js'
  );
  const parent = join(process.cwd(), 'data');
  mkdirSync(parent, { recursive: true });
  const dataDir = mkdtempSync(join(parent, 'bench-'));
  const say = (line) => console.error(`  ${line}`);
  const postgres = await startLocalPostgres({ dataDir: join(dataDir, 'postgres'), durable: true, say });
  const broker = await startLocalRabbitmq({ dataDir: join(dataDir, 'rabbitmq'), say });
  const database = new pg.Pool({ connectionString: postgres.url, max: 1 });
  const children = [];
  const startConsumer = async () => {
    const port = await freePort();
    const env = { PORT: `${port}`, GRPC_PORT: `${await freePort()}`, DATA_DIR: dataDir, LOG_LEVEL: 'info' };
    const child = startApp('analytics-service', {
      ...env,
      DATABASE_URL: url,
      ACCESS_DATABASE_URL: access,
      AMQP_URL: broker.url,
    });
    child.stderr.resume();
    child.stdout.resume();
    children.push(child);
    await untilReady(`http://127.0.0.1:${port}/health/ready`, { child });
    return child;
  };
  const { analytics: url, access } = await provisionDatabase({
    adminUrl: postgres.url,
    schemas: ['analytics', 'access'],
  });
  try {
    await publishBacklog(broker.url);
    const first = await startConsumer();
    const begin = performance.now();
    await untilStored(database, CLICKS / 4);
    const second = await startConsumer();
    await untilStored(database, CLICKS / 2);
    second.kill('SIGKILL');
    await untilStored(database, CLICKS);
    const seconds = (performance.now() - begin) / 1_000;
    await sleep(2_000);
    const counted = await countClicks(database);
    const { rows } = await database.query('SELECT count(*)::int AS stored FROM analytics.link_clicks');
    if (counted !== CLICKS || rows[0].stored !== CLICKS)
      throw new Error(`${rows[0].stored} rows and ${counted} counted for ${CLICKS} clicks`);
    const peak = peakMegabytes(first.pid);
    return [
      { bench: `drain of ${CLICKS.toLocaleString('en')}`, value: CLICKS / seconds, unit: 'clicks/s' },
      {
        bench: 'drain, resident memory at most',
        value: peak,
        unit: 'MB',
        floor: BOUND_MB,
        floor_name: 'bound',
        ratio: peak / BOUND_MB,
      },
    ];
  } finally {
    for (const child of children) await stop(child);
    await database.end();
    await broker.stop();
    await postgres.stop();
    // For root the cluster lies elsewhere, where PostgreSQL's account can reach it.
    for (const folder of [dirname(postgres.clusterDir), dataDir])
      rmSync(folder, { recursive: true, force: true });
  }
}

async function publishBacklog(url) {
  const { RabbitmqBus } = await import('../../dist/libs/events/src/index.js');
  const ignore = () => undefined;
  const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };
  const bus = new RabbitmqBus({ url, name: 'bench', logger });
  try {
    for (let done = 0; done < CLICKS; done += PUBLISHED_AT_ONCE) {
      const texts = makeClicks(PUBLISHED_AT_ONCE).map((click) => JSON.stringify(click));
      for (let i = 0; i < texts.length; i += A_MESSAGE) await publish(bus, texts.slice(i, i + A_MESSAGE));
    }
  } finally {
    await bus.close();
  }
}

async function publish(bus, events) {
  for (;;) {
    try {
      return await bus.publish({ routingKey: 'click.recorded.v1', events });
    } catch {
      await sleep(50);
    }
  }
}

async function untilStored(database, clicks) {
  while ((await countClicks(database)) < clicks) await sleep(500);
}

async function countClicks(database) {
  const { rows } = await database.query(
    'SELECT coalesce(sum(total_clicks), 0)::int AS clicks FROM analytics.link_counters',
  );
  return rows[0].clicks;
}
