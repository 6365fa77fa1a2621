import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { connect } from 'amqplib';
import { eventually } from './eventually.js';
import { type BreakableBroker, breakableBroker, testBroker } from './test-broker.js';

async function declareAndCount(url: string, queue: string): Promise<number> {
  const connection = await connect(url);
  try {
    const channel = await connection.createChannel();
    const { messageCount } = await channel.assertQueue(queue, { durable: true });
    channel.sendToQueue(queue, Buffer.from('one'), { persistent: true });
    await channel.close();
    return messageCount;
  } finally {
    await connection.close();
  }
}

it('gives each caller a virtual host of its own', async () => {
  const [first, second] = await Promise.all([testBroker(), testBroker()]);
  expect(await declareAndCount(first.url, 'same-name')).toBe(0);
  expect(await eventually(() => declareAndCount(first.url, 'same-name'))).toBe(1);
  expect(await declareAndCount(second.url, 'same-name')).toBe(0);
}, 60_000);

let broker: BreakableBroker;
beforeAll(async () => {
  broker = await breakableBroker();
}, 120_000);
afterAll(() => broker?.close());

it('stops, starts, dies and comes back under the same URL with its durable queues', async () => {
  expect(await declareAndCount(broker.url, 'kept')).toBe(0);
  await broker.stop();
  await expect(declareAndCount(broker.url, 'kept')).rejects.toThrow();
  await broker.start();
  expect(await declareAndCount(broker.url, 'kept')).toBe(1);
  await broker.kill();
  await expect(declareAndCount(broker.url, 'kept')).rejects.toThrow();
  await broker.restart();
  expect(await declareAndCount(broker.url, 'kept')).toBeGreaterThanOrEqual(1);
}, 60_000);
