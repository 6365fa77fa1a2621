import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type ClickRecorded, clickRecorded } from '#contracts';
import { EVENT_BUS, type EventBus, type RefusedEvent } from '#events';
import { AnalyticsMetrics } from '../analytics-metrics.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { retryOnOutage } from './retry-on-outage.js';

/** Large enough that a batch's fixed costs vanish, small enough that one batch stores within about 50 ms. */
const BATCH = { maxEvents: 2_000, maxWaitMs: 50 };

/** Stores the clicks that gateways publish. */
@Injectable()
export class ClickRecordedConsumer implements OnApplicationBootstrap {
  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    private readonly ingest: ClickIngest,
    private readonly metrics: AnalyticsMetrics,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.bus.subscribe({
      queue: 'analytics.click-recorded',
      event: clickRecorded,
      batch: BATCH,
      handle: (events) => this.handle(events),
    });
  }

  /** Answers the clicks to park. A database that is away makes the bus hand the batch over again. */
  async handle(events: readonly ClickRecorded[]): Promise<readonly RefusedEvent[]> {
    const refused = await retryOnOutage('store clicks', () => this.ingest.storeEvents(events));
    this.metrics.batchSize.observe(events.length);
    this.metrics.lag.set((Date.now() - findOldest(events)) / 1_000);
    return refused;
  }
}

function findOldest(events: readonly ClickRecorded[]): number {
  return events.reduce((oldest, event) => Math.min(oldest, Date.parse(event.occurred_at)), Date.now());
}
