import type { Channel, ChannelModel } from 'amqplib';
import { QUEUES } from '#contracts';
import { BROKER_DELIVERY_LIMIT } from './limits.js';

export const EXCHANGE = 'footfall.events';
export const DEAD_LETTER_EXCHANGE = 'footfall.dead-letters';
/** Copies of the events that tails listen to; nothing durable is bound to it. */
export const TAIL_EXCHANGE = 'footfall.tails';
/** The broker's own: its routing keys are names of queues. */
export const DEFAULT_EXCHANGE = '';

/** Header of a message that was sent back: how often its handler has failed. */
export const FAILURES_HEADER = 'x-footfall-failures';
/** Header of a message whose trace is kept: W3C's. */
export const TRACE_HEADER = 'traceparent';
/** Header of a parked record: why it was parked. */
export const REASON_HEADER = 'x-footfall-reason';
/** Header of a parked record: the queue it came from. */
export const QUEUE_HEADER = 'x-footfall-queue';

/**
 * How long a consumer may hold a message through an outage of its database, ms; past it the broker closes the
 * channel and delivers again. Brokers older than 3.12 ignore this and know only their own setting, 30 minutes: there
 * an outage costs a redelivery each half hour, of which BROKER_DELIVERY_LIMIT allows for months.
 */
const CONSUMER_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** AMQP's reply code for a queue that exists with other arguments. */
const PRECONDITION_FAILED = 406;

export function deadLetterQueueOf(queue: string): string {
  return `${queue}.dead`;
}

/**
 * Declares the exchanges, and for every queue of contracts' QUEUES the queue, its dead-letter queue and their
 * bindings. Harmless when they exist. Answers the queues that exist with other arguments, of an older version or by
 * hand: they are used as they are. Dead letters move at least once: the queue lets go of a message only when the
 * dead-letter queue has confirmed it, which RabbitMQ couples to `reject-publish` (no length limit is set, so it
 * never rejects).
 */
export async function declareTopology(connection: ChannelModel): Promise<string[]> {
  const channel = await openChannel(connection);
  await channel.assertExchange(EXCHANGE, 'topic', { durable: true });
  await channel.assertExchange(TAIL_EXCHANGE, 'topic', { durable: true });
  await channel.assertExchange(DEAD_LETTER_EXCHANGE, 'direct', { durable: true });
  const different: string[] = [];
  for (const queue of Object.keys(QUEUES)) {
    const dead = deadLetterQueueOf(queue);
    for (const [name, own] of [[dead, {}] as const, [queue, argumentsOf(queue)] as const]) {
      if (!(await declareQueue(connection, name, own))) different.push(name);
    }
  }
  for (const [queue, { routingKey }] of Object.entries(QUEUES)) {
    await channel.bindQueue(deadLetterQueueOf(queue), DEAD_LETTER_EXCHANGE, queue);
    await channel.bindQueue(queue, EXCHANGE, routingKey);
  }
  await channel.close();
  return different;
}

function argumentsOf(queue: string): Record<string, unknown> {
  return {
    'x-dead-letter-exchange': DEAD_LETTER_EXCHANGE,
    'x-dead-letter-routing-key': queue,
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
    'x-consumer-timeout': CONSUMER_TIMEOUT_MS,
  };
}

/** False when it exists with other arguments. A refusal costs the channel, so each queue has one of its own. */
async function declareQueue(connection: ChannelModel, name: string, own: object): Promise<boolean> {
  const channel = await openChannel(connection);
  const always = { 'x-queue-type': 'quorum', 'x-delivery-limit': BROKER_DELIVERY_LIMIT };
  try {
    await channel.assertQueue(name, { durable: true, arguments: { ...always, ...own } });
  } catch (error) {
    if ((error as { code?: number }).code === PRECONDITION_FAILED) return false;
    throw error;
  }
  await channel.close();
  return true;
}

async function openChannel(connection: ChannelModel): Promise<Channel> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined); // what was asked of it rejects
  return channel;
}
