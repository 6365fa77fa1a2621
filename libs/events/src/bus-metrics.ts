import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { waitAtMost } from './backoff.js';

/** Longest that a scrape waits for the broker. */
const MEASURE_MS = 1_000;

export interface QueueFigures {
  queue: string;
  /** Messages. */
  waiting: number;
  /** Dead letters. */
  dead: number;
}

/** What a bus measures of itself; without a registry it is kept to itself. */
export class BusMetrics {
  private readonly registers: Registry[];
  private readonly confirmSeconds;
  private readonly returns;
  private readonly blocked;
  private readonly redeliveries;
  private readonly parked;

  constructor({ registry } = { registry: new Registry() }) {
    this.registers = [registry];
    const { registers } = this;
    this.confirmSeconds = new Histogram({
      name: 'footfall_bus_confirm_duration_seconds',
      help: 'Time from publishing a message until it was durably accepted',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.returns = new Counter({
      name: 'footfall_bus_returned_messages_total',
      help: 'Published messages that no queue took',
      registers,
    });
    this.blocked = new Gauge({
      name: 'footfall_bus_blocked',
      help: '1 while the broker takes no messages (memory or disk alarm)',
      registers,
    });
    this.redeliveries = new Counter({
      name: 'footfall_bus_redelivered_messages_total',
      help: 'Messages that came to a consumer again',
      labelNames: ['queue'],
      registers,
    });
    this.parked = new Counter({
      name: 'footfall_bus_parked_records_total',
      help: 'Records parked as dead letters',
      labelNames: ['queue'],
      registers,
    });
  }

  /**
   * Has what waits in queues and among their dead letters counted whenever somebody asks. A queue that cannot be asked in
   * time has no figures: none is not zero.
   */
  watchQueues(measure: () => readonly Promise<QueueFigures>[]): void {
    let pending: Promise<readonly QueueFigures[]> | undefined;
    const measureOnce = () => {
      pending ??= inTime(measure()).finally(() => {
        pending = undefined;
      });
      return pending;
    };
    const gauge = (name: string, help: string, read: (figures: QueueFigures) => number) =>
      new Gauge({
        name: `footfall_bus_${name}`,
        help,
        labelNames: ['queue'],
        registers: this.registers,
        async collect() {
          const all = await measureOnce();
          this.reset();
          for (const figures of all) this.set({ queue: figures.queue }, read(figures));
        },
      });
    gauge('queue_messages', 'Messages that wait for a consumer of this process', ({ waiting }) => waiting);
    gauge('dead_letters', 'Dead letters of the queues that this process consumes', ({ dead }) => dead);
  }

  readonly observeConfirm = (startedAt: number): void =>
    this.confirmSeconds.observe((performance.now() - startedAt) / 1_000);
  readonly countReturn = (): void => this.returns.inc();
  readonly setBlocked = (isBlocked: boolean): void => this.blocked.set(isBlocked ? 1 : 0);
  readonly countRedelivery = (queue: string): void => this.redeliveries.inc({ queue });
  readonly countParked = (queue: string, records: number): void => this.parked.inc({ queue }, records);
}

async function inTime(figures: readonly Promise<QueueFigures>[]): Promise<readonly QueueFigures[]> {
  const measured: QueueFigures[] = [];
  const all = figures.map((one) => one.then((found) => measured.push(found)));
  await waitAtMost(MEASURE_MS, Promise.allSettled(all));
  return measured;
}
