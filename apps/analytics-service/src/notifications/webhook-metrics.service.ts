import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { Metrics } from '#platform';

/** What an operator watches of notifications. */
@Injectable()
export class WebhookMetrics {
  readonly attempts: Counter<'outcome'>;
  readonly duration: Histogram;
  readonly disabled: Counter<'reason'>;
  readonly waiting: Gauge;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.attempts = new Counter({
      name: 'footfall_analytics_webhook_attempts_total',
      help: 'Attempts to deliver: delivered, failed (to be tried again) or given_up',
      labelNames: ['outcome'],
      registers,
    });
    this.duration = new Histogram({
      name: 'footfall_analytics_webhook_attempt_duration_seconds',
      help: 'From resolving the name to the answer',
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
      registers,
    });
    this.disabled = new Counter({
      name: 'footfall_analytics_webhooks_disabled_total',
      help: 'Receivers disabled because they were gone or kept failing',
      labelNames: ['reason'],
      registers,
    });
    this.waiting = new Gauge({
      name: 'footfall_analytics_webhook_deliveries_waiting',
      help: 'Deliveries that are due or wait for another attempt, counted up to 10000',
      registers,
    });
  }
}
