import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { Metrics } from '#platform';
import { LINKS_DATA_SOURCE } from './config.js';
import { measureBacklog } from './link-states.query.js';

/** Counters and gauges of link-service. */
@Injectable()
export class LinkMetrics {
  readonly minted: Counter<'outcome'>;
  readonly refused: Counter<'code'>;
  readonly published: Counter;
  readonly publishFailures: Counter;
  readonly unusableRows: Counter;

  constructor({ registry }: Metrics, @Inject(LINKS_DATA_SOURCE) dataSource: DataSource) {
    const registers = [registry];
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
    this.publishFailures = new Counter({
      name: 'footfall_links_relay_outages_total',
      help: 'Times that publishing began to fail',
      registers,
    });
    this.unusableRows = new Counter({
      name: 'footfall_links_unusable_rows_total',
      help: 'Changed rows of link_tracking that no gateway may be told of',
      registers,
    });
    registerBacklog(dataSource, registers);
  }
}

/** Read from the database when metrics are asked for; left as they were while it is away. */
function registerBacklog(dataSource: DataSource, registers: Metrics['registry'][]): void {
  const age = new Gauge({
    name: 'footfall_links_outbox_oldest_age_seconds',
    help: 'Age of the oldest link change that has not been published',
    registers,
  });
  new Gauge({
    name: 'footfall_links_outbox_changes',
    help: 'Link changes that have not been published',
    registers,
    async collect() {
      try {
        const backlog = await measureBacklog(dataSource);
        this.set(backlog.changes);
        age.set(backlog.oldestAgeSeconds);
      } catch {
        // Metrics of a process whose database is away must still be readable.
      }
    },
  });
}
