import { Inject, Injectable } from '@nestjs/common';
import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { ClickRecorded } from '#contracts';
import type { RefusedEvent } from '#events';
import { inSpan } from '#platform';
import { AnalyticsMetrics } from '../analytics-metrics.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { VisitorFacts } from '../enrichment/visitor-facts.service.js';
import { ErasedVisitors } from '../privacy/erased-visitors.service.js';
import { storeBisecting } from './bisect.js';
import { ClickPartitions } from './click-partitions.js';
import type { ClickRow } from './click-row.js';
import { insertClicks } from './insert-clicks.query.js';
import { dayOf, judgeClick } from './judge-click.js';
import { SessionIds } from './session-ids.js';

/** Judges clicks, adds what is known of their visitors and stores them with their counters. */
@Injectable()
export class ClickIngest {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly sessions: SessionIds,
    private readonly visitors: VisitorFacts,
    private readonly partitions: ClickPartitions,
    private readonly metrics: AnalyticsMetrics,
    private readonly erased: ErasedVisitors,
  ) {}

  /** Judges and stores a batch of the gateway's events. See {@link store}. */
  async storeEvents(events: readonly ClickRecorded[]): Promise<RefusedEvent[]> {
    const nameSession = await this.sessions.load(new Set(events.map((event) => dayOf(event.occurred_at))));
    return this.store(events.map((event) => judgeClick(event, nameSession)));
  }

  /**
   * Stores a batch in one transaction, each click at most once ever, and moves the counters by what was new.
   * Answers the clicks that the database refuses for their data, by their place; all others are stored. Throws
   * when the database is away: then none of the batch, or a part that may safely be stored again, is stored.
   */
  async store(clicks: readonly ClickRow[]): Promise<RefusedEvent[]> {
    await this.partitions.createFor(clicks.map((click) => click.clickedAt));
    const refused = await storeBisecting(this.visitors.complete(clicks), async (part) => {
      const attributes = { 'db.system.name': 'postgresql', 'db.operation.batch.size': part.length };
      const inserted = await inSpan('store clicks', attributes, () => this.insert(part));
      this.metrics.ingested.inc(inserted);
      this.metrics.duplicates.inc(part.length - inserted);
    });
    this.metrics.refused.inc(refused.length);
    return refused;
  }

  private async insert(rows: readonly ClickRow[]): Promise<number> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client: Client = await runner.connect();
      for (;;) {
        const { version } = this.erased;
        const { rows: answer } = await client.query<{ inserted: number; version: string }>(
          insertClicks(this.erased.strip(rows), version),
        );
        if (answer[0]?.version === version) return answer[0].inserted;
        await this.erased.reload();
      }
    } finally {
      await runner.release();
    }
  }
}
