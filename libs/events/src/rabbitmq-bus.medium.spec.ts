import { expect, it } from '@jest/globals';
import { type ConfirmChannel, connect } from 'amqplib';
import { documentGenerated, linkChanged } from '#contracts';
import { eventually, testBroker } from '#testing';
import { describeBusConformance, makeEvent } from './bus-conformance.js';
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

async function open() {
  const bus = new RabbitmqBus({
    url: (await broker).url,
    name: 'test',
    logger: silentLogger,
    redeliveryDelayMs: 1,
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

describeBusConformance('RabbitMQ', open);

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
