import { afterEach, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { linkChanged } from '#contracts';
import { eventually, testBroker } from '#testing';
import { makeEvent } from './bus-conformance.js';
import { encodeBody } from './message-body.js';
import { RabbitmqBus } from './rabbitmq-bus.js';
import { RabbitmqDeadLetters } from './rabbitmq-dead-letters.js';
import { EXCHANGE } from './rabbitmq-topology.js';
import { silentLogger } from './silent-logger.js';

const QUEUE = 'analytics.link-changed';
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

/** What was read returns to the queue a moment after its channel was closed. */
async function untilCounted(letters: RabbitmqDeadLetters, count: number): Promise<void> {
  await eventually(async () => expect(await letters.count(QUEUE)).toBe(count));
}

/** A broker whose consumer refuses everything until told otherwise. */
async function openRefusing() {
  const { url } = await testBroker();
  const bus = new RabbitmqBus({ url, name: 'test', logger: silentLogger, redeliveryDelayMs: 1 });
  const letters = await RabbitmqDeadLetters.open(url);
  open.push(bus, letters);
  const stored: number[] = [];
  const consumer = { isMended: false };
  await bus.subscribe({
    queue: QUEUE,
    event: linkChanged,
    batch: { maxEvents: 10, maxWaitMs: 1 },
    handle: async (events) => {
      if (!consumer.isMended) return events.map((_, index) => ({ index, reason: 'a defect' }));
      stored.push(...events.map((event) => event.revision));
      return undefined;
    },
  });
  const publish = (...events: string[]) =>
    eventually(() => bus.publish({ routingKey: linkChanged.routingKey, events }));
  return { letters, stored, consumer, publish };
}

it('publishes dead letters again once their consumer is mended, each alone, and leaves none behind', async () => {
  const { letters, stored, consumer, publish } = await openRefusing();
  await publish(...[1, 2, 3].map((revision) => JSON.stringify(makeEvent(revision))), '{"torn":');
  await untilCounted(letters, 4);
  const [torn, first] = await letters.read(QUEUE, 2);
  expect(torn).toMatchObject({ queue: QUEUE, event: '{"torn":' });
  expect(first?.reason).toBe('a defect');
  expect(Math.abs(Date.now() - Date.parse(first?.parked_at ?? ''))).toBeLessThan(60_000);
  await untilCounted(letters, 4);
  consumer.isMended = true;
  expect(await letters.republish({ queue: QUEUE, limit: 2, perSecond: 1_000 })).toBe(2);
  await letters.republish({ queue: QUEUE, limit: 10, perSecond: 1_000 });
  await eventually(() => expect(stored.toSorted()).toEqual([1, 2, 3]));
  // What still cannot be read is parked again, and a run does not chase it.
  await eventually(async () => expect(await letters.read(QUEUE, 10)).toHaveLength(1));
});

it('keeps to its rate', async () => {
  const { letters, consumer, publish } = await openRefusing();
  await publish(...[1, 2, 3, 4, 5].map((revision) => JSON.stringify(makeEvent(revision))));
  await untilCounted(letters, 5);
  consumer.isMended = true;
  const startedAt = performance.now();
  expect(await letters.republish({ queue: QUEUE, limit: 10, perSecond: 20 })).toBe(5);
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(195);
});

it('publishes a message again as it was that the broker itself has parked', async () => {
  const { url } = await testBroker();
  const letters = await RabbitmqDeadLetters.open(url);
  const connection = await connect(url);
  open.push(letters, connection);
  const channel = await connection.createConfirmChannel();
  const body = encodeBody([JSON.stringify(makeEvent(1)), JSON.stringify(makeEvent(2))]);
  channel.publish(EXCHANGE, linkChanged.routingKey, body, { persistent: true });
  await channel.waitForConfirms();
  const take = () =>
    eventually(async () => {
      const message = await channel.get(QUEUE);
      if (!message) throw new Error('not there yet');
      return message;
    });
  channel.reject(await take(), false);
  const [letter] = await eventually(async () => {
    const found = await letters.read(QUEUE, 1);
    expect(found).toHaveLength(1);
    return found;
  });
  expect(letter).toMatchObject({ reason: 'rejected', event: body.toString() });
  expect(Math.abs(Date.now() - Date.parse(letter?.parked_at ?? ''))).toBeLessThan(60_000);
  await untilCounted(letters, 1);
  expect(await letters.republish({ queue: QUEUE, limit: 10, perSecond: 1_000 })).toBe(1);
  expect((await take()).content.equals(body)).toBe(true);
});

it('erases the letters of which it is told, the torn ones too, and keeps the others in their order', async () => {
  const { letters, publish } = await openRefusing();
  const eventOf = (revision: number, user_id: string) => JSON.stringify({ ...makeEvent(revision), user_id });
  await publish(
    eventOf(1, 'robin'),
    eventOf(2, 'jordan'),
    '{"user_id":"jordan","torn":',
    eventOf(3, 'robin'),
  );
  await untilCounted(letters, 4);
  const isAbout = (event: string) => event.includes('"jordan"');
  expect(await letters.erase(QUEUE, isAbout)).toBe(2);
  expect(await letters.erase(QUEUE, isAbout)).toBe(0);
  await untilCounted(letters, 2);
  const kept = await letters.read(QUEUE, 10);
  expect(kept.map(({ event, reason }) => [JSON.parse(event).revision, reason])).toEqual([
    [1, 'a defect'],
    [3, 'a defect'],
  ]);
});

it('turns a queue over without losing a letter, nor leaving anything of its own', async () => {
  const { letters, publish } = await openRefusing();
  await publish(JSON.stringify(makeEvent(1)), '{"torn":');
  await untilCounted(letters, 2);
  await letters.turnOver(QUEUE);
  await untilCounted(letters, 2);
  expect((await letters.read(QUEUE, 10)).map(({ event }) => event)).toContain('{"torn":');
}, 60_000);
