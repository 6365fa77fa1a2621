import { Injectable } from '@nestjs/common';
import { Counter, Histogram } from 'prom-client';
import { Metrics } from '#platform';

@Injectable()
export class DocumentMetrics {
  readonly generated: Counter<'kind' | 'tracking'>;
  readonly renderDuration: Histogram<'kind'>;

  constructor({ registry }: Metrics) {
    this.generated = new Counter({
      name: 'footfall_documents_generated_total',
      help: 'Documents made; tracking: tracked, fallback (some original URLs although asked for) or off.',
      labelNames: ['kind', 'tracking'],
      registers: [registry],
    });
    this.renderDuration = new Histogram({
      name: 'footfall_documents_render_duration_seconds',
      help: 'Time to fill in one template.',
      labelNames: ['kind'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers: [registry],
    });
  }
}
