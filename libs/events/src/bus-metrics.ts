import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What a bus measures of itself; without a registry it is kept to itself. */
export class BusMetrics {
  private readonly confirmSeconds;
  private readonly returns;
  private readonly blocked;
  private readonly redeliveries;
  private readonly parked;

  constructor({ registry } = { registry: new Registry() }) {
    const registers = [registry];
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

  readonly observeConfirm = (startedAt: number): void =>
    this.confirmSeconds.observe((performance.now() - startedAt) / 1_000);
  readonly countReturn = (): void => this.returns.inc();
  readonly setBlocked = (isBlocked: boolean): void => this.blocked.set(isBlocked ? 1 : 0);
  readonly countRedelivery = (queue: string): void => this.redeliveries.inc({ queue });
  readonly countParked = (queue: string, records: number): void => this.parked.inc({ queue }, records);
}
