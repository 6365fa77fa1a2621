import { type ChannelModel, connect, type GetMessage } from 'amqplib';
import type { QueueName } from '#contracts';
import { pause } from './backoff.js';
import { BusMetrics } from './bus-metrics.js';
import type { DeadLetter, DeadLetters, RepublishOrder } from './dead-letters.js';
import { encodeBody } from './message-body.js';
import { RabbitmqPublisher } from './rabbitmq-publisher.js';
import { DEFAULT_EXCHANGE, deadLetterQueueOf, declareTopology, REASON_HEADER } from './rabbitmq-topology.js';

/** The dead letters on a broker, for the redrive command. Connects once and gives up with the first error. */
export class RabbitmqDeadLetters implements DeadLetters {
  private constructor(private readonly connection: ChannelModel) {}

  static async open(url: string): Promise<RabbitmqDeadLetters> {
    const connection = await connect(url, {
      timeout: 5_000,
      clientProperties: { connection_name: 'redrive' },
    });
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

  close(): Promise<void> {
    return this.connection.close();
  }
}

const NEVER = new AbortController().signal;

/** What a consumer parked is one record's text; what the broker parked is a message as it came. */
function bodyOf({ content, properties }: GetMessage): Buffer {
  return properties.headers?.[REASON_HEADER] ? encodeBody([content.toString()]) : content;
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
