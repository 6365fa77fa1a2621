import type { Channel, ChannelModel } from 'amqplib';
import { type EventDefinition, QUEUES } from '#contracts';
import { DELIVERY_LIMIT } from './limits.js';

export const EXCHANGE = 'footfall.events';
export const DEAD_LETTER_EXCHANGE = 'footfall.dead-letters';
/** The broker's own: its routing keys are names of queues. */
export const DEFAULT_EXCHANGE = '';

/** Header of a parked record: why it was parked. */
export const REASON_HEADER = 'x-footfall-reason';
/** Header of a parked record: the queue it came from. */
export const QUEUE_HEADER = 'x-footfall-queue';

/**
 * How long a consumer may hold a message through an outage of its database, ms. RabbitMQ's own default of 30
 * minutes would burn a delivery each time. Older brokers than 3.12 know only their own setting and ignore this.
 */
const CONSUMER_TIMEOUT_MS = 24 * 60 * 60 * 1000;

export function deadLetterQueueOf(queue: string): string {
  return `${queue}.dead`;
}

/**
 * Declares the exchanges, and for every queue of contracts' QUEUES the queue, its dead-letter queue and their
 * bindings. Harmless when they exist. Dead letters move at least once: the queue lets go of a message only when the
 * dead-letter queue has confirmed it, which RabbitMQ couples to `reject-publish` (no length limit is set, so it
 * never rejects).
 */
export async function declareTopology(connection: ChannelModel): Promise<void> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined); // the declaration that failed rejects
  await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
  await channel.assertExchange(DEAD_LETTER_EXCHANGE, 'direct', { durable: true });
  for (const [queue, definition] of Object.entries(QUEUES)) await declareQueue(channel, queue, definition);
  await channel.close();
}

async function declareQueue(
  channel: Channel,
  queue: string,
  { routingKey }: Pick<EventDefinition<unknown>, 'routingKey'>,
): Promise<void> {
  const dead = deadLetterQueueOf(queue);
  await channel.assertQueue(dead, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await channel.bindQueue(dead, DEAD_LETTER_EXCHANGE, queue);
  await channel.assertQueue(queue, {
    durable: true,
    arguments: {
      'x-queue-type': 'quorum',
      'x-delivery-limit': DELIVERY_LIMIT,
      'x-dead-letter-exchange': DEAD_LETTER_EXCHANGE,
      'x-dead-letter-routing-key': queue,
      'x-dead-letter-strategy': 'at-least-once',
      'x-overflow': 'reject-publish',
      'x-consumer-timeout': CONSUMER_TIMEOUT_MS,
    },
  });
  await channel.bindQueue(queue, EXCHANGE, routingKey);
}
