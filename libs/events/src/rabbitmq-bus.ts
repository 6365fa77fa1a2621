import { currentTraceparent, type QueueName } from '#contracts';
import type { BusLogger } from './bus-logger.js';
import { BusMetrics } from './bus-metrics.js';
import type { DeadRecord } from './delivery.js';
import {
  BusUnavailableError,
  type EventBus,
  type EventMessage,
  type Subscription,
  type Tail,
} from './event-bus.js';
import { REDELIVERY_DELAY_MS } from './limits.js';
import { encodeBody } from './message-body.js';
import { RabbitmqConnection } from './rabbitmq-connection.js';
import { RabbitmqConsumer } from './rabbitmq-consumer.js';
import { RabbitmqDeadLetters } from './rabbitmq-dead-letters.js';
import { RabbitmqPublisher } from './rabbitmq-publisher.js';
import { RabbitmqTail } from './rabbitmq-tail.js';
import {
  DEAD_LETTER_EXCHANGE,
  DEFAULT_EXCHANGE,
  EXCHANGE,
  FAILURES_HEADER,
  QUEUE_HEADER,
  REASON_HEADER,
  TAIL_EXCHANGE,
  TRACE_HEADER,
} from './rabbitmq-topology.js';
import { isTailed, requireTailed } from './tailed-events.js';
import { inPublishSpan } from './tracing.js';

export interface RabbitmqBusOptions {
  /** `amqp://user:password@host:port/virtual-host` */
  url: string;
  /** The process's name in the broker's list of connections, for example `analytics-service`. */
  name: string;
  logger: BusLogger;
  metrics?: BusMetrics;
  /** First wait before a failed message is delivered again; doubles up to five seconds. */
  redeliveryDelayMs?: number;
}

/**
 * The bus over RabbitMQ. Publishing and consuming have a connection each: a broker that blocks publishers stops
 * reading their connection, and acknowledgements must still get through. Starts connecting at once, needs no broker
 * to be there yet.
 */
export class RabbitmqBus implements EventBus {
  private readonly publishing: RabbitmqConnection;
  private readonly consuming: RabbitmqConnection;
  private readonly publisher: RabbitmqPublisher;
  private readonly metrics: BusMetrics;
  private readonly consumers: RabbitmqConsumer[] = [];
  private closed: Promise<void> | undefined;
  private isClosing = false;

  constructor(private readonly options: RabbitmqBusOptions) {
    const { url, name, logger } = options;
    this.metrics = options.metrics ?? new BusMetrics();
    this.publishing = new RabbitmqConnection({
      url,
      name: `${name} publishing`,
      logger,
      onBlock: (reason) => {
        this.metrics.setBlocked(reason !== undefined);
        if (reason) this.publisher.rejectAll(`the broker blocks publishers: ${reason}`);
      },
    });
    this.consuming = new RabbitmqConnection({ url, name: `${name} consuming`, logger });
    this.publisher = new RabbitmqPublisher(this.metrics, () => this.publishing.findBlock());
    void this.publishing.attach(this.publisher);
    this.metrics.watchQueues(() => this.consumers.map((consumer) => consumer.measure()));
  }

  async publish(message: EventMessage): Promise<void> {
    const { routingKey, events } = message;
    const copyTo = isTailed(routingKey) ? TAIL_EXCHANGE : undefined;
    await inPublishSpan(message, () => {
      const traceparent = currentTraceparent();
      const headers = traceparent ? { [TRACE_HEADER]: traceparent } : undefined;
      return this.publisher.send({
        exchange: EXCHANGE,
        routingKey,
        body: encodeBody(events),
        headers,
        copyTo,
      });
    });
  }

  async subscribe<T>(subscription: Subscription<T>): Promise<void> {
    const consumer = new RabbitmqConsumer({
      subscription: subscription as Subscription<unknown>,
      logger: this.options.logger,
      metrics: this.metrics,
      park: (queue, record) => this.park(queue, record),
      sendBack: ({ queue, body, failures }) =>
        this.publisher.send({
          exchange: DEFAULT_EXCHANGE,
          routingKey: queue,
          body,
          headers: { [FAILURES_HEADER]: failures },
        }),
      redeliveryDelayMs: this.options.redeliveryDelayMs ?? REDELIVERY_DELAY_MS,
    });
    this.consumers.push(consumer);
    await this.consuming.attach(consumer);
    if (this.isClosing) throw new BusUnavailableError('the bus was closed before its broker was there');
  }

  async tail<T>(tail: Tail<T>): Promise<void> {
    requireTailed(tail.event.routingKey);
    void this.consuming.attach(new RabbitmqTail(tail as Tail<unknown>, this.options.logger));
  }

  eraseDeadLetters(queue: QueueName, concerns: (event: string) => boolean): Promise<number> {
    return this.withLetters(queue, (letters) => letters.erase(queue, concerns));
  }

  turnOver(queue: QueueName): Promise<void> {
    return this.withLetters(queue, (letters) => letters.turnOver(queue));
  }

  async checkHealth(): Promise<void> {
    this.publisher.checkHealth();
    const dead = this.consumers.filter((consumer) => !consumer.isLive());
    if (dead.length > 0) {
      throw new BusUnavailableError(
        `no live consumer on ${dead.map((consumer) => consumer.name).join(', ')}`,
      );
    }
  }

  /** First half of {@link close}: nothing is consumed any more, publishing still works for requests in flight. */
  async stopConsuming(): Promise<void> {
    this.isClosing = true;
    this.consuming.stopReopening();
    await Promise.all(this.consumers.map((consumer) => consumer.close()));
    await this.consuming.close();
  }

  close(): Promise<void> {
    this.closed ??= this.closeAll();
    return this.closed;
  }

  private async closeAll(): Promise<void> {
    await this.stopConsuming();
    await this.publisher.close();
    await this.publishing.close();
  }

  /** On a connection of its own, as it happens once in a long while. */
  private async withLetters<T>(
    queue: QueueName,
    work: (letters: RabbitmqDeadLetters) => Promise<T>,
  ): Promise<T> {
    try {
      const letters = await RabbitmqDeadLetters.open(this.options.url);
      try {
        return await work(letters);
      } finally {
        await letters.close();
      }
    } catch (cause) {
      throw new BusUnavailableError(`${queue} and its dead letters cannot be reached`, { cause });
    }
  }

  private park(queue: string, { body, reason }: DeadRecord): Promise<void> {
    return this.publisher.send({
      exchange: DEAD_LETTER_EXCHANGE,
      routingKey: queue,
      body: Buffer.from(body),
      headers: { [REASON_HEADER]: reason.slice(0, 1000), [QUEUE_HEADER]: queue },
    });
  }
}
