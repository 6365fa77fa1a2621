import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import type { OutboxBacklog } from '#events';
import { Metrics } from '#platform';

/** Counters and gauges of link-service. */
@Injectable()
export class LinkMetrics {
  readonly minted: Counter<'outcome'>;
  readonly refused: Counter<'code'>;
  readonly published: Counter;
  readonly unusableRows: Counter;

  constructor(private readonly metrics: Metrics) {
    const registers = [metrics.registry];
    this.minted = new Counter({
      name: 'footfall_links_mint_links_total',
      help: 'Links asked for and answered, by outcome: created or found',
      labelNames: ['outcome'],
      registers,
    });
    this.refused = new Counter({
      name: 'footfall_links_mint_refusals_total',
      help: 'Links refused, by code',
      labelNames: ['code'],
      registers,
    });
    this.published = new Counter({
      name: 'footfall_links_relay_events_total',
      help: 'link.changed events accepted by the bus',
      registers,
    });
    this.unusableRows = new Counter({
      name: 'footfall_links_unusable_rows_total',
      help: 'Changed rows of link_tracking that no gateway may be told of',
      registers,
    });
  }

  /** Has the backlog measured whenever metrics are asked for; left as it was while the database is away. */
  observeBacklog(measure: () => Promise<OutboxBacklog>): void {
    const registers = [this.metrics.registry];
    const age = new Gauge({
      name: 'footfall_links_outbox_oldest_age_seconds',
      help: 'Age of the oldest link change that has not been published',
      registers,
    });
    new Gauge({
      name: 'footfall_links_outbox_rows',
      help: 'Link changes that have not been published',
      registers,
      async collect() {
        try {
          const backlog = await measure();
          this.set(backlog.rows);
          age.set(backlog.oldestAgeSeconds);
        } catch {
          // Metrics of a process whose database is away must still be readable.
        }
      },
    });
  }
}
