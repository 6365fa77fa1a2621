import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Metrics } from '#platform';

/** Counters of link-service. */
@Injectable()
export class LinkMetrics {
  readonly minted: Counter<'outcome'>;
  readonly refused: Counter<'code'>;
  readonly published: Counter;
  readonly unusableRows: Counter;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.minted = new Counter({
      name: 'footfall_links_minted_total',
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
      name: 'footfall_links_events_published_total',
      help: 'link.changed events accepted by the bus',
      registers,
    });
    this.unusableRows = new Counter({
      name: 'footfall_links_unusable_rows_total',
      help: 'Changed rows of link_tracking that no gateway may be told of',
      registers,
    });
  }
}
