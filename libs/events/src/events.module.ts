import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Global,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
  type Type,
} from '@nestjs/common';
import type { Registry } from 'prom-client';
import type { BusLogger } from './bus-logger.js';
import { BusMetrics } from './bus-metrics.js';
import { EVENT_BUS, type EventBus } from './event-bus.js';
import { InProcessBus } from './in-process-bus.js';
import type { InProcessBusOptions } from './in-process-queue.js';
import { RabbitmqBus, type RabbitmqBusOptions } from './rabbitmq-bus.js';

/** A driver: consuming stops before publishing does. */
interface StoppableBus extends EventBus {
  stopConsuming(): Promise<void>;
}

/** The composition root's choice of bus. `logger` defaults to the application's; `metrics` is the provider of its registry. */
type ModuleOptions<O extends { logger: BusLogger; metrics?: BusMetrics }> = Omit<O, 'logger' | 'metrics'> & {
  logger?: BusLogger;
  metrics: Type<{ registry: Registry }>;
};

/**
 * Provides the process's EVENT_BUS everywhere. Shutting down: batches in hand are settled in
 * `beforeApplicationShutdown`, while databases are still there; the bus closes in `onApplicationShutdown`, after the
 * last request could publish. Readiness: register `bus.checkHealth()`.
 */
@Global()
@Module({})
export class EventsModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(@Inject(EVENT_BUS) private readonly bus: StoppableBus) {}

  static rabbitmq(options: ModuleOptions<RabbitmqBusOptions>): DynamicModule {
    return provide(options, (own) => new RabbitmqBus({ ...options, ...own }));
  }

  static inProcess(options: ModuleOptions<InProcessBusOptions>): DynamicModule {
    return provide(options, (own) => new InProcessBus({ ...options, ...own }));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.bus.stopConsuming();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bus.close();
  }
}

function provide(
  { logger, metrics }: Pick<ModuleOptions<RabbitmqBusOptions>, 'logger' | 'metrics'>,
  makeBus: (own: { logger: BusLogger; metrics: BusMetrics }) => StoppableBus,
): DynamicModule {
  const useFactory = (holder: { registry: Registry }) =>
    makeBus({ logger: logger ?? applicationLogger(), metrics: new BusMetrics(holder) });
  return {
    module: EventsModule,
    providers: [{ provide: EVENT_BUS, useFactory, inject: [metrics] }],
    exports: [EVENT_BUS],
  };
}

/** Nest's logger, whatever the application has put behind it; its name for `info` is `log`. */
function applicationLogger(): BusLogger {
  const logger = new Logger('EventBus');
  return {
    info: (fields, message) => logger.log(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
  };
}
