import { type EventDefinition, QUEUES, type QueueName } from '#contracts';
import { BusMetrics } from './bus-metrics.js';
import {
  BusUnavailableError,
  type EventBus,
  type EventMessage,
  type Subscription,
  type Tail,
} from './event-bus.js';
import { type InProcessBusOptions, InProcessQueue } from './in-process-queue.js';
import { requireTailed } from './tailed-events.js';
import { inPublishSpan } from './tracing.js';

/**
 * The bus inside one process, without a broker. It holds nothing: `publish` resolves when every subscriber has
 * handled or parked the events, so the backlog stays with the publisher, in its journal or outbox. An outage of a
 * subscriber rejects the publish.
 */
export class InProcessBus implements EventBus {
  private readonly queues = new Map<QueueName, InProcessQueue>();
  private readonly tails: ((message: EventMessage) => void)[] = [];
  private isClosed = false;

  private readonly metrics: BusMetrics;

  constructor(private readonly options: InProcessBusOptions) {
    this.metrics = options.metrics ?? new BusMetrics();
    this.metrics.watchQueues(() => [...this.queues.values()].map((queue) => queue.measure()));
  }

  async publish(message: EventMessage): Promise<void> {
    const startedAt = performance.now();
    const queues = this.findQueues(message.routingKey);
    for (const tail of this.tails) tail(message);
    const settled = await inPublishSpan(message, () =>
      Promise.allSettled(queues.map((queue) => queue.deliver(message.events))),
    );
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    this.metrics.observeConfirm(startedAt);
  }

  async subscribe<T>(subscription: Subscription<T>): Promise<void> {
    const { queue } = subscription;
    if (this.queues.has(queue)) throw new Error(`${queue} has a subscriber already`);
    this.queues.set(queue, new InProcessQueue(subscription, { ...this.options, metrics: this.metrics }));
  }

  async tail<T>(tail: Tail<T>): Promise<void> {
    requireTailed(tail.event.routingKey);
    this.tails.push((message) => {
      if (message.routingKey === tail.event.routingKey) this.show(tail, message.events);
    });
    tail.onConnected();
  }

  async eraseDeadLetters(queue: QueueName, concerns: (event: string) => boolean): Promise<number> {
    return (await this.queues.get(queue)?.eraseDeadLetters(concerns)) ?? 0;
  }

  /** Letters' files are replaced whole. */
  async turnOver(): Promise<void> {}

  async checkHealth(): Promise<void> {
    if (this.isClosed) throw new BusUnavailableError('the bus is closed');
  }

  /** First half of {@link close}: subscribers finish what they have in hand, and publishing is refused from now on. */
  async stopConsuming(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  async close(): Promise<void> {
    await this.stopConsuming();
    this.tails.length = 0;
  }

  private findQueues(routingKey: string): InProcessQueue[] {
    if (this.isClosed) throw new BusUnavailableError('the bus is closed');
    const names = QUEUE_NAMES.filter(
      (name) => (QUEUES[name] as EventDefinition<unknown>).routingKey === routingKey,
    );
    if (names.length === 0) throw new BusUnavailableError(`no queue takes ${routingKey}`);
    return names.map((name) => {
      const queue = this.queues.get(name);
      if (!queue) throw new BusUnavailableError(`${name} has no subscriber yet`);
      return queue;
    });
  }

  private show<T>(tail: Tail<T>, events: readonly string[]): void {
    for (const event of events) {
      try {
        tail.handle(tail.event.parse(event));
      } catch (error) {
        this.options.logger.warn(
          { err: error, routing_key: tail.event.routingKey },
          'a tail missed an event',
        );
      }
    }
  }
}

const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];
