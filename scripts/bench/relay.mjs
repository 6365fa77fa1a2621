/**
 * How many clicks a second one gateway's relay brings from its journal to a real RabbitMQ (read, checked, framed,
 * confirmed by a quorum queue, cursor moved) beside amqplib alone, which publishes the very same messages, made
 * beforehand, to a queue of the same kind with as many under way. Rounds of both alternate; the medians are shown.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'amqplib';

const CLICKS = 100_000;
const BATCH = 200;
const WINDOW = 8;
const ROUNDS = 3;
const QUEUE = 'analytics.click-recorded';
const FLOOR_QUEUE = 'floor';

export async function run() {
  const { startLocalRabbitmq } = await import('../../dist/libs/platform/src/index.js');
  const { RabbitmqBus } = await import('../../dist/libs/events/src/index.js');
  const { Journal } = await import('../../dist/apps/redirect-gateway/src/journal/journal.js');
  const { Relay } = await import('../../dist/apps/redirect-gateway/src/relay/relay.js');
  // Not below /tmp, which may be memory, where a sync costs nothing.
  const parent = join(process.cwd(), 'data');
  mkdirSync(parent, { recursive: true });
  const dataDir = mkdtempSync(join(parent, 'bench-'));
  const broker = await startLocalRabbitmq({ dataDir, say: (line) => console.error(line) });
  const bus = new RabbitmqBus({ url: broker.url, name: 'bench', logger: quiet });
  const connection = await connect(broker.url);
  try {
    const channel = await connection.createConfirmChannel();
    const durable = { durable: true, arguments: { 'x-queue-type': 'quorum' } };
    await channel.assertQueue(FLOOR_QUEUE, durable);
    await connected(bus);
    const events = makeEvents();
    const rates = { relayed: [], bare: [] };
    for (let round = 0; round < ROUNDS; round++) {
      rates.relayed.push(
        await relayAll({ Journal, Relay, bus, events, directory: join(dataDir, `${round}`) }),
      );
      rates.bare.push(await publishAll(channel, events));
      await channel.purgeQueue(QUEUE);
      await channel.purgeQueue(FLOOR_QUEUE);
    }
    const [value, floor] = [median(rates.relayed), median(rates.bare)];
    const floor_name = 'amqplib, the same messages';
    return [{ bench: 'relay', value, unit: 'clicks/s', floor, floor_name, ratio: value / floor }];
  } finally {
    await bus.close();
    await connection.close();
    await broker.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function relayAll({ Journal, Relay, bus, events, directory }) {
  const journal = await Journal.open({ directory, sync: 'none', maxBytes: 2 ** 31 });
  for (let i = 0; i < events.length; i += 1_000)
    await Promise.all(events.slice(i, i + 1_000).map((event) => journal.append(event)));
  const publish = (batch) => bus.publish({ routingKey: 'click.recorded.v1', events: batch });
  const relay = new Relay({ journal, publish, window: WINDOW, maxBatch: BATCH });
  const seconds = await time(async () => {
    relay.start();
    await relay.drain();
  });
  await relay.stop();
  await journal.close();
  return events.length / seconds;
}

async function publishAll(channel, events) {
  const bodies = [];
  for (let i = 0; i < events.length; i += BATCH)
    bodies.push(Buffer.from(`[\n${events.slice(i, i + BATCH).join(',\n')}\n]`));
  const publishNext = async () => {
    for (let body = bodies.pop(); body; body = bodies.pop()) await publishOne(channel, body);
  };
  const seconds = await time(() => Promise.all(Array.from({ length: WINDOW }, publishNext)));
  return events.length / seconds;
}

function publishOne(channel, body) {
  return new Promise((resolve, reject) => {
    const done = (error) => (error ? reject(error) : resolve());
    channel.sendToQueue(FLOOR_QUEUE, body, { persistent: true, mandatory: true }, done);
  });
}

/** As the gateway writes them: some 700 characters each. */
function makeEvents() {
  return Array.from({ length: CLICKS }, (_, n) =>
    JSON.stringify({
      event_id: `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`,
      occurred_at: '2026-11-01T10:00:00.000Z',
      tracking_id: `lt_calendly_${n.toString(36).padStart(16, '0')}`,
      user_id: 'jordan_avery',
      job_id: 'job-1',
      application_id: 'app-1',
      link_function: 'Calendly',
      minted_at: '2026-10-20T10:00:00.000Z',
      answer: 'redirect',
      method: 'GET',
      secure: true,
      do_not_track: false,
      ip: '203.0.113.9',
      user_agent:
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36',
      headers: { accept: 'text/html,application/xhtml+xml', 'accept-language': 'en-CA,en;q=0.9' },
    }),
  );
}

async function connected(bus) {
  for (;;) {
    try {
      return await bus.checkHealth();
    } catch {
      await new Promise((go) => setTimeout(go, 50));
    }
  }
}

async function time(work) {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1_000;
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const ignore = () => undefined;
const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };
