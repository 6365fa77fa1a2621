import { Controller, Get, Header, Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Public } from './api-key.guard.js';

/** The process's Prometheus registry. Names read `footfall_<service>_<what>_<unit>`; labels stay few and bounded. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  /** The text that `/metrics` answers; a process that speaks for several replaces it. */
  collect = (): Promise<string> => this.registry.metrics();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}

@Public()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  read(): Promise<string> {
    return this.metrics.collect();
  }
}
