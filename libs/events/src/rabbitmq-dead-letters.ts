import { type ChannelModel, type ConfirmChannel, type ConsumeMessage, type GetMessage } from 'amqplib';
import type { QueueName } from '#contracts';
import { pause } from './backoff.js';
import { BusMetrics } from './bus-metrics.js';
import { connectToBroker } from './connect-to-broker.js';
import type { DeadLetter, DeadLetters, RepublishOrder } from './dead-letters.js';
import { decodeBody, encodeBody } from './message-body.js';
import { RabbitmqPublisher } from './rabbitmq-publisher.js';
import { DEFAULT_EXCHANGE, deadLetterQueueOf, declareTopology, REASON_HEADER } from './rabbitmq-topology.js';

/** The dead letters on a broker, for the redrive command. Connects once and gives up with the first error. */
export class RabbitmqDeadLetters implements DeadLetters {
  private constructor(private readonly connection: ChannelModel) {}

  static async open(url: string): Promise<RabbitmqDeadLetters> {
    const connection = await connectToBroker(url, 'redrive');
    connection.on('error', () => undefined); // what waits for an answer rejects
    await declareTopology(connection);
    return new RabbitmqDeadLetters(connection);
  }

  async count(queue: QueueName): Promise<number> {
    const channel = await this.connection.createChannel();
    const { messageCount } = await channel.checkQueue(deadLetterQueueOf(queue));
    await channel.close();
    return messageCount;
  }

  async read(queue: QueueName, limit: number): Promise<DeadLetter[]> {
    const channel = await this.connection.createChannel();
    const letters: DeadLetter[] = [];
    while (letters.length < limit) {
      const message = await channel.get(deadLetterQueueOf(queue));
      if (!message) break;
      letters.push({ queue, ...describe(message), event: message.content.toString() });
    }
    await channel.close(); // gives everything back
    return letters;
  }

  async republish({ queue, limit, perSecond, onRepublished }: RepublishOrder): Promise<number> {
    const total = Math.min(limit, await this.count(queue));
    const channel = await this.connection.createChannel();
    const publisher = new RabbitmqPublisher(new BusMetrics());
    await publisher.open(this.connection, () => undefined);
    const startedAt = performance.now();
    for (let count = 0; count < total; count++) {
      const dueInMs = startedAt + (count * 1_000) / perSecond - performance.now();
      if (dueInMs > 0) await pause(dueInMs, NEVER);
      const message = await channel.get(deadLetterQueueOf(queue));
      if (!message) return count;
      await publisher.send({ exchange: DEFAULT_EXCHANGE, routingKey: queue, body: bodyOf(message) });
      channel.ack(message);
      onRepublished?.(count + 1);
    }
    await channel.close(); // after the acknowledgements
    return total;
  }

  /**
   * Puts all other letters behind those that `concerns`, as copies, and lets go of these: the queue's log can be cut
   * off only where its oldest letter lies.
   */
  async erase(queue: QueueName, concerns: (event: string) => boolean): Promise<number> {
    const total = await this.count(queue);
    const found = (await this.read(queue, total)).some(({ event }) => concerns(event));
    if (!found) return 0;
    const dead = deadLetterQueueOf(queue);
    const channel = await this.connection.createConfirmChannel();
    let erased = 0;
    for (let count = 0; count < total; count++) {
      const message = await channel.get(dead);
      if (!message) break;
      const events = eventsOf(message);
      const kept = events.filter((event) => !concerns(event));
      erased += events.length - kept.length;
      if (kept.length > 0) {
        const body = kept.length === events.length ? message.content : encodeBody(kept);
        channel.sendToQueue(dead, body, { ...message.properties, persistent: true });
        await channel.waitForConfirms();
      }
      channel.ack(message);
    }
    await channel.close();
    return erased;
  }

  /**
   * Sends empty messages through the queue, which its consumers pass over, and through its dead letters. Letters are put
   * behind the first half of them, as copies: the log is kept from the oldest letter on.
   */
  async turnOver(queue: QueueName): Promise<void> {
    const dead = deadLetterQueueOf(queue);
    const channel = await this.connection.createConfirmChannel();
    const { messageCount } = await channel.checkQueue(dead);
    const letters: ConsumeMessage[] = [];
    let seen = 0;
    let seenAtMs = Date.now();
    const take = (message: ConsumeMessage | null) => {
      seen += 1;
      seenAtMs = Date.now();
      if (message?.content.equals(EMPTY)) channel.ack(message);
      else if (message) letters.push(message);
    };
    // Alone: of two who shared the letters, neither would see all.
    const { consumerTag } = await channel.consume(dead, take, { exclusive: true });
    const waitUntilSeen = async (count: number) => {
      while (seen < count) {
        if (Date.now() - seenAtMs > STALLED_MS) throw new Error(`${dead} hands out nothing more`);
        await pause(5, NEVER);
      }
    };
    let expected = messageCount;
    for (let sent = SENT_AT_ONCE; sent <= LOG_ENTRIES; sent += SENT_AT_ONCE) {
      for (let count = 0; count < SENT_AT_ONCE; count++) {
        channel.sendToQueue(queue, EMPTY, { persistent: true });
        channel.sendToQueue(dead, EMPTY, { persistent: true });
      }
      await channel.waitForConfirms();
      expected += SENT_AT_ONCE;
      await waitUntilSeen(expected);
      if (sent !== LOG_ENTRIES / 2) continue;
      expected += letters.length;
      await sendToTheEnd(channel, dead, letters.splice(0));
    }
    await waitUntilSeen(expected);
    await channel.cancel(consumerTag);
    // A channel that has much to acknowledge holds some of it back, and would forget it when it closes.
    for (let flush = 0; flush < 2; flush++) {
      channel.sendToQueue(dead, EMPTY, { persistent: true });
      await channel.waitForConfirms();
    }
    for (let message = await channel.get(dead); message; message = await channel.get(dead)) {
      if (message.content.equals(EMPTY)) channel.ack(message);
    }
    await channel.close(); // gives the letters back
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

/**
 * A quorum queue makes a snapshot every 4,096 entries of its log, and the segments before it go, which hold as many:
 * past two snapshots nothing from before is left. In steps, because with many waiting it makes fewer.
 */
const LOG_ENTRIES = 7_000;
const SENT_AT_ONCE = 500;
const STALLED_MS = 30_000;
/** A message of no events. */
const EMPTY = Buffer.from('[]');

const NEVER = new AbortController().signal;

async function sendToTheEnd(
  channel: ConfirmChannel,
  dead: string,
  letters: readonly ConsumeMessage[],
): Promise<void> {
  for (const { content, properties } of letters)
    channel.sendToQueue(dead, content, { ...properties, persistent: true });
  await channel.waitForConfirms();
  for (const letter of letters) channel.ack(letter);
}

/** What a consumer parked is one record's text; what the broker parked is a message as it came. */
function bodyOf({ content, properties }: GetMessage): Buffer {
  return properties.headers?.[REASON_HEADER] ? encodeBody([content.toString()]) : content;
}

/** A record that a consumer parked, or the events of a message that the broker did. */
function eventsOf(message: GetMessage): string[] {
  const text = message.content.toString();
  return message.properties.headers?.[REASON_HEADER] ? [text] : (decodeBody(message.content) ?? [text]);
}

function describe({ properties }: GetMessage): Pick<DeadLetter, 'parked_at' | 'reason'> {
  const headers = properties.headers ?? {};
  const death = (headers['x-death'] as { time?: { value: number } }[] | undefined)?.[0];
  const seconds = Number(death?.time?.value ?? properties.timestamp ?? 0);
  return {
    parked_at: new Date(seconds * 1_000).toISOString(),
    reason: String(headers[REASON_HEADER] ?? headers['x-first-death-reason'] ?? 'unknown'),
  };
}
