import { Controller, Get, Header, Injectable } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { Public } from './access/scopes.js';

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

@ApiTags('operation')
@Public()
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
