import { Controller, Get, Header, Injectable } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { Public } from './access/scopes.js';
import { Unlimited } from './rate-limit/unlimited.js';

interface Reading {
  labels: Record<string, string>;
  read: () => number | Promise<number>;
}

/** The process's Prometheus registry. Names read `footfall_<service>_<what>_<unit>`; labels stay few and bounded. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly readings = new Map<string, Reading[]>();
  /** The text that `/metrics` answers; a process that speaks for several replaces it. */
  collect = (): Promise<string> => this.registry.metrics();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /**
   * A gauge that is read off whenever somebody asks. Several parts of a process share one by labels of their own; a
   * reading that fails is left out, because metrics must be readable while a database is away.
   */
  addReading(
    gauge: { name: string; help: string; labels: Record<string, string> },
    read: Reading['read'],
  ): void {
    const known = this.readings.get(gauge.name);
    const readings = known ?? [];
    readings.push({ labels: gauge.labels, read });
    if (known) return;
    this.readings.set(gauge.name, readings);
    new Gauge({
      name: gauge.name,
      help: gauge.help,
      labelNames: Object.keys(gauge.labels),
      registers: [this.registry],
      async collect() {
        const values = await Promise.allSettled(readings.map(async (reading) => reading.read()));
        this.reset();
        for (const [index, value] of values.entries())
          if (value.status === 'fulfilled') this.set(readings[index]?.labels ?? {}, value.value);
      },
    });
  }

  /** The figures of an outbox, measured once for both. */
  addOutbox(outbox: string, measure: () => Promise<{ rows: number; oldestAgeSeconds: number }>): void {
    let pending: ReturnType<typeof measure> | undefined;
    const measureOnce = () => {
      pending ??= measure().finally(() => {
        pending = undefined;
      });
      return pending;
    };
    this.addReading(
      { name: 'footfall_outbox_rows', help: 'Events that the bus has not accepted yet', labels: { outbox } },
      async () => (await measureOnce()).rows,
    );
    this.addReading(
      {
        name: 'footfall_outbox_oldest_age_seconds',
        help: 'Age of the oldest event that the bus has not accepted yet; 0 when none waits',
        labels: { outbox },
      },
      async () => (await measureOnce()).oldestAgeSeconds,
    );
  }
}

@ApiTags('operation')
@Public()
@Unlimited()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @ApiOperation({ summary: 'Metrics of this process, as Prometheus reads them' })
  @ApiResponse({ status: 200, content: { 'text/plain': { schema: { type: 'string' } } } })
  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.metrics.collect();
  }
}
