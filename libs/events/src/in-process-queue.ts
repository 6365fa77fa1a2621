import { currentTraceparent } from '#contracts';
import { backoffDelayMs, pause } from './backoff.js';
import { BatchCollector, type Collectable } from './batch-collector.js';
import type { BusLogger } from './bus-logger.js';
import type { BusMetrics, QueueFigures } from './bus-metrics.js';
import { DeadLetterFile } from './dead-letter-file.js';
import { type DeadRecord, giveUpOn, handOver, type Records, readRecords, toError } from './delivery.js';
import { BusUnavailableError, type Subscription } from './event-bus.js';
import { DELIVERY_LIMIT, MAX_REDELIVERY_FACTOR, REDELIVERY_DELAY_MS } from './limits.js';

/** Waits for a database that is away. */
const REDRIVE_BACKOFF = { firstMs: 100, maxMs: 5_000 };

export interface InProcessBusOptions {
  /** Dead letters go to `<dataDir>/dead-letters/<queue>.ndjson`. */
  dataDir: string;
  logger: BusLogger;
  metrics?: BusMetrics;
  /** First wait before a failed message is handed over again; doubles up to five seconds. */
  redeliveryDelayMs?: number;
}

interface Delivery extends Collectable {
  readonly records: Records<unknown>;
  failures: number;
  resolve(): void;
  reject(error: Error): void;
}

/** One subscription of the in-process bus: batches concurrent deliveries and settles each one's promise. */
export class InProcessQueue {
  private readonly deadLetters: DeadLetterFile;
  private readonly collector: BatchCollector<Delivery>;
  private readonly closing = new AbortController();
  private readonly redriven: Promise<void>;

  constructor(
    private readonly subscription: Subscription<unknown>,
    private readonly options: InProcessBusOptions & { metrics: BusMetrics },
  ) {
    const { queue, batch } = subscription;
    this.deadLetters = new DeadLetterFile(options.dataDir, queue);
    const limits = { ...batch, maxMessages: Number.POSITIVE_INFINITY };
    this.collector = new BatchCollector<Delivery>(limits, (deliveries) => this.work(deliveries));
    this.redriven = this.deliverRedriven().catch((error) => {
      options.logger.error({ err: error, queue }, 'dead letters marked for delivery stay marked');
    });
  }

  /** Resolves when the events are stored or parked. */
  deliver(texts: readonly string[]): Promise<void> {
    const records = readRecords(this.subscription.event, texts, currentTraceparent());
    return new Promise((resolve, reject) => {
      this.collector.add({ records, eventCount: texts.length, isAlone: false, failures: 0, resolve, reject });
    });
  }

  eraseDeadLetters(concerns: (event: string) => boolean): Promise<number> {
    return this.deadLetters.erase(concerns);
  }

  /** Nothing waits here: the backlog stays with the publisher. */
  async measure(): Promise<QueueFigures> {
    const letters = await this.deadLetters.read();
    return { queue: this.subscription.queue, waiting: 0, dead: letters.length };
  }

  async close(): Promise<void> {
    this.closing.abort();
    for (const delivery of this.collector.discard())
      delivery.reject(new BusUnavailableError('the bus is closing'));
    await this.collector.settle();
    await this.redriven;
  }

  /** Dead letters that the redrive command marked while the process was stopped: one by one, as each is suspect. */
  private async deliverRedriven(): Promise<void> {
    const { signal } = this.closing;
    const letters = await this.deadLetters.readRedriven();
    for (const letter of letters) {
      for (let attempt = 0; !signal.aborted; attempt++) {
        try {
          await this.deliver([letter.event]);
          break;
        } catch {
          await pause(backoffDelayMs(attempt, REDRIVE_BACKOFF), signal);
        }
      }
    }
    if (letters.length > 0 && !signal.aborted) await this.deadLetters.forgetRedriven();
  }

  private async work(deliveries: readonly Delivery[]): Promise<void> {
    const outcome = await handOver(
      this.subscription,
      deliveries.map((delivery) => delivery.records),
    );
    if (outcome.kind === 'stored') return this.park(outcome.dead, deliveries);
    if (outcome.kind === 'failed') return this.retryOrPark(deliveries, outcome.error);
    const error = new BusUnavailableError(`${this.subscription.queue}: ${outcome.error.message}`, {
      cause: outcome.error,
    });
    for (const delivery of deliveries) delivery.reject(error);
  }

  private async retryOrPark(deliveries: readonly Delivery[], error: Error): Promise<void> {
    const { queue } = this.subscription;
    this.options.logger.warn({ err: error, queue }, 'a batch failed and is delivered again');
    for (const delivery of deliveries) {
      delivery.failures += 1;
      if (delivery.failures <= DELIVERY_LIMIT) {
        void this.deliverAgain(delivery);
        continue;
      }
      await this.park(giveUpOn(delivery.records, error), [delivery]);
    }
  }

  private async deliverAgain(delivery: Delivery): Promise<void> {
    const firstMs = this.options.redeliveryDelayMs ?? REDELIVERY_DELAY_MS;
    const delayMs = backoffDelayMs(delivery.failures - 1, {
      firstMs,
      maxMs: firstMs * MAX_REDELIVERY_FACTOR,
    });
    const { signal } = this.closing;
    await pause(delayMs, signal);
    if (signal.aborted) return delivery.reject(new BusUnavailableError('the bus is closing'));
    this.options.metrics.countRedelivery(this.subscription.queue);
    this.collector.add(Object.assign(delivery, { isAlone: true }));
  }

  private async park(dead: readonly DeadRecord[], deliveries: readonly Delivery[]): Promise<void> {
    const { queue } = this.subscription;
    try {
      await this.deadLetters.append(dead);
      if (dead.length > 0) {
        this.options.metrics.countParked(queue, dead.length);
        this.options.logger.error(
          { queue, parked: dead.length, reason: dead[0]?.reason },
          'records parked as dead letters',
        );
      }
      for (const delivery of deliveries) delivery.resolve();
    } catch (cause) {
      const error = new BusUnavailableError(
        `${queue}: dead letters cannot be kept: ${toError(cause).message}`,
        { cause },
      );
      for (const delivery of deliveries) delivery.reject(error);
    }
  }
}
