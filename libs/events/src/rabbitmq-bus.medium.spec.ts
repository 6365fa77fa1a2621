import { expect, it } from '@jest/globals';
import { type ConfirmChannel, connect } from 'amqplib';
import { Registry } from 'prom-client';
import { documentGenerated, linkChanged } from '#contracts';
import { eventually, testBroker } from '#testing';
import { describeBusConformance, makeEvent } from './bus-conformance.js';
import { BusMetrics } from './bus-metrics.js';
import { DELIVERY_LIMIT } from './limits.js';
import { RabbitmqBus } from './rabbitmq-bus.js';
import { deadLetterQueueOf, EXCHANGE, REASON_HEADER } from './rabbitmq-topology.js';
import { silentLogger } from './silent-logger.js';

const QUEUE = 'analytics.link-changed';
/** Declared first, emptied before each test: a virtual host per test would cost more. */
const broker = testBroker();

async function withChannel<T>(work: (channel: ConfirmChannel) => Promise<T>): Promise<T> {
  const connection = await connect((await broker).url);
  try {
    return await work(await connection.createConfirmChannel());
  } finally {
    await connection.close();
  }
}

async function open(metrics?: BusMetrics) {
  const bus = new RabbitmqBus({
    url: (await broker).url,
    name: 'test',
    logger: silentLogger,
    redeliveryDelayMs: 1,
    ...(metrics && { metrics }),
  });
  await eventually(() => bus.checkHealth());
  await withChannel(async (channel) => {
    await channel.purgeQueue(QUEUE);
    await channel.purgeQueue(deadLetterQueueOf(QUEUE));
  });
  return { bus, readDeadLetters, dispose: () => bus.close() };
}

/** Looks without taking: what is not acknowledged returns when the connection closes. */
function readDeadLetters() {
  return withChannel(async (channel) => {
    const letters: { body: string; reason: string }[] = [];
    for (;;) {
      const message = await channel.get(deadLetterQueueOf(QUEUE));
      if (!message) return letters;
      const headers = message.properties.headers ?? {};
      const reason = headers[REASON_HEADER] ?? headers['x-first-death-reason'];
      letters.push({ body: message.content.toString(), reason: String(reason) });
    }
  });
}

describeBusConformance('RabbitMQ', () => open());

it('parks a message whole that is not a JSON array', async () => {
  const { bus, dispose } = await open();
  await bus.subscribe({
    queue: QUEUE,
    event: linkChanged,
    batch: { maxEvents: 10, maxWaitMs: 1 },
    handle: async () => undefined,
  });
  await withChannel(async (channel) => {
    channel.publish(EXCHANGE, linkChanged.routingKey, Buffer.from('{"event_id":1}'));
    await channel.waitForConfirms();
  });
  await eventually(async () =>
    expect(await readDeadLetters()).toEqual([{ body: '{"event_id":1}', reason: 'not a JSON array' }]),
  );
  await dispose();
});

it('shows how much waits in its queue and among its dead letters', async () => {
  const registry = new Registry();
  const { bus, dispose } = await open(new BusMetrics({ registry }));
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  try {
    await bus.subscribe({
      queue: QUEUE,
      event: linkChanged,
      batch: { maxEvents: 1, maxWaitMs: 1 },
      handle: async ([event]) => {
        if (event?.revision === 1) return [{ index: 0, reason: 'a defect' }];
        await held;
        return undefined;
      },
    });
    for (const revision of [1, 2, 3, 4, 5, 6]) {
      await bus.publish({
        routingKey: linkChanged.routingKey,
        events: [JSON.stringify(makeEvent(revision))],
      });
    }
    // One is parked, two are in hand.
    await eventually(async () => {
      const text = await registry.metrics();
      expect(text).toContain(`footfall_bus_queue_messages{queue="${QUEUE}"} 3`);
      expect(text).toContain(`footfall_bus_dead_letters{queue="${QUEUE}"} 1`);
    });
  } finally {
    release();
    await dispose();
  }
  expect(await registry.metrics()).not.toContain('footfall_bus_queue_messages{');
});

it('keeps an event published before its consumer has ever started', async () => {
  const { bus, dispose } = await open();
  await bus.publish({ routingKey: linkChanged.routingKey, events: [JSON.stringify(makeEvent(5))] });
  const stored: number[] = [];
  await bus.subscribe({
    queue: QUEUE,
    event: linkChanged,
    batch: { maxEvents: 10, maxWaitMs: 1 },
    handle: async (events) => {
      stored.push(...events.map((event) => event.revision));
      return undefined;
    },
  });
  await eventually(() => expect(stored).toEqual([5]));
  await dispose();
});

it('consumes nothing more while one of its consumers still finishes a batch', async () => {
  const { bus, dispose } = await open();
  const batch = { maxEvents: 10, maxWaitMs: 1 };
  let release: () => void = () => undefined;
  let hasStarted = false;
  await bus.subscribe({
    queue: QUEUE,
    event: linkChanged,
    batch,
    handle: () => {
      hasStarted = true;
      return new Promise((resolve) => {
        release = () => resolve(undefined);
      });
    },
  });
  const other = 'analytics.document-generated';
  await bus.subscribe({ queue: other, event: documentGenerated, batch, handle: async () => undefined });
  await bus.publish({ routingKey: linkChanged.routingKey, events: [JSON.stringify(makeEvent(1))] });
  await eventually(() => expect(hasStarted).toBe(true));
  const stopped = bus.stopConsuming();
  try {
    await withChannel(async (channel) => {
      const countConsumers = async () => (await channel.checkQueue(other)).consumerCount;
      await eventually(async () => expect(await countConsumers()).toBe(0));
      // Longer than the wait before a lost channel is opened again.
      const until = Date.now() + 400;
      while (Date.now() < until) expect(await countConsumers()).toBe(0);
    });
  } finally {
    release();
    await stopped;
    await dispose();
  }
});

it('has a bounded number of messages in flight, and refuses the rest at once', async () => {
  const { bus, dispose } = await open();
  const event = JSON.stringify(makeEvent(1));
  const sent = Array.from({ length: 1_200 }, () =>
    bus.publish({ routingKey: linkChanged.routingKey, events: [event] }),
  );
  const settled = await Promise.allSettled(sent);
  expect(settled.slice(0, 1_000).every((one) => one.status === 'fulfilled')).toBe(true);
  const refused = settled.slice(1_000).map((one) => (one.status === 'rejected' ? one.reason : undefined));
  expect(new Set(refused.map(String))).toEqual(
    new Set(['BusUnavailableError: too much is unconfirmed already']),
  );
  await dispose();
});

it('stores a healthy message that more consumers lost than may fail, and parks nothing', async () => {
  const { bus, dispose } = await open();
  await bus.publish({ routingKey: linkChanged.routingKey, events: [JSON.stringify(makeEvent(9))] });
  for (let crash = 0; crash < DELIVERY_LIMIT + 5; crash++) {
    await withChannel(async (channel) => {
      await new Promise((delivered) => void channel.consume(QUEUE, delivered));
    });
  }
  let failures = 0;
  const stored: number[] = [];
  await bus.subscribe({
    queue: QUEUE,
    event: linkChanged,
    batch: { maxEvents: 10, maxWaitMs: 1 },
    handle: async (events) => {
      if (failures++ < 2) throw new Error('a defect that passes');
      stored.push(...events.map((event) => event.revision));
      return undefined;
    },
  });
  await eventually(() => expect(stored).toEqual([9]));
  expect(await readDeadLetters()).toEqual([]);
  await dispose();
});

it('uses a queue that exists with other arguments as it is, and says so', async () => {
  const { url } = await testBroker();
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const older = { 'x-queue-type': 'quorum', 'x-delivery-limit': 7 };
  await channel.assertQueue(QUEUE, { durable: true, arguments: older });
  await connection.close();
  const warned: object[] = [];
  const logger = { ...silentLogger, warn: (fields: object) => void warned.push(fields) };
  const bus = new RabbitmqBus({ url, name: 'test', logger });
  await eventually(() =>
    bus.publish({ routingKey: linkChanged.routingKey, events: [JSON.stringify(makeEvent(1))] }),
  );
  expect(warned).toContainEqual({ connection: 'test publishing', queues: [QUEUE] });
  await bus.close();
});
