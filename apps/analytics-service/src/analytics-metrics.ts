import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { Metrics } from '#platform';

/** What an operator watches of this service. */
@Injectable()
export class AnalyticsMetrics {
  readonly ingested: Counter;
  readonly duplicates: Counter;
  readonly refused: Counter;
  readonly batchSize: Histogram;
  readonly delay: Histogram;
  readonly defaultPartitionRows: Gauge;
  readonly partitionsEnd: Gauge;
  readonly discrepancies: Gauge;
  readonly classesChanged: Counter;
  readonly settlingOverdue: Gauge;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.ingested = new Counter({
      name: 'footfall_analytics_clicks_ingested_total',
      help: 'Clicks stored',
      registers,
    });
    this.duplicates = new Counter({
      name: 'footfall_analytics_clicks_duplicate_total',
      help: 'Clicks delivered again and not counted again',
      registers,
    });
    this.refused = new Counter({
      name: 'footfall_analytics_clicks_refused_total',
      help: 'Clicks that the database refused for their data',
      registers,
    });
    this.batchSize = new Histogram({
      name: 'footfall_analytics_batch_clicks',
      help: 'Clicks in a batch',
      buckets: [1, 10, 50, 100, 500, 1_000, 2_000, 5_000],
      registers,
    });
    this.delay = new Histogram({
      name: 'footfall_analytics_ingest_delay_seconds',
      help: 'Time from a click until it was stored, of the oldest click of each batch',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600],
      registers,
    });
    this.defaultPartitionRows = new Gauge({
      name: 'footfall_analytics_default_partition_rows',
      help: 'Clicks outside every monthly partition, counted up to 10000',
      registers,
    });
    this.partitionsEnd = new Gauge({
      name: 'footfall_analytics_partitions_end_timestamp_seconds',
      help: 'When the last monthly partition ends, as seconds since 1970',
      registers,
    });
    this.discrepancies = new Gauge({
      name: 'footfall_analytics_counter_discrepancies',
      help: 'Counters that differed from their rows at the last daily check, counted up to 10000',
      registers,
    });
    this.classesChanged = new Counter({
      name: 'footfall_analytics_verdicts_changed_total',
      help: 'Clicks whose verdict changed when they settled',
      registers,
    });
    this.settlingOverdue = new Gauge({
      name: 'footfall_analytics_settling_overdue_seconds',
      help: 'For how long the oldest batch of clicks that should have settled has been due',
      registers,
    });
  }
}
