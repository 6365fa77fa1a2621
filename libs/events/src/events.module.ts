import {
  type BeforeApplicationShutdown,
  type DynamicModule,
  Global,
  Inject,
  Logger,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { BusLogger } from './bus-logger.js';
import { EVENT_BUS, type EventBus } from './event-bus.js';
import { InProcessBus } from './in-process-bus.js';
import type { InProcessBusOptions } from './in-process-queue.js';
import { RabbitmqBus, type RabbitmqBusOptions } from './rabbitmq-bus.js';

/** A driver: consuming stops before publishing does. */
interface StoppableBus extends EventBus {
  stopConsuming(): Promise<void>;
}

/** The composition root's choice of bus. `logger` defaults to the application's. */
type WithoutLogger<O extends { logger: BusLogger }> = Omit<O, 'logger'> & { logger?: BusLogger };

/**
 * Provides the process's EVENT_BUS everywhere. Shutting down: batches in hand are settled in
 * `beforeApplicationShutdown`, while databases are still there; the bus closes in `onApplicationShutdown`, after the
 * last request could publish. Readiness: register `bus.checkHealth()`.
 */
@Global()
@Module({})
export class EventsModule implements BeforeApplicationShutdown, OnApplicationShutdown {
  constructor(@Inject(EVENT_BUS) private readonly bus: StoppableBus) {}

  static rabbitmq(options: WithoutLogger<RabbitmqBusOptions>): DynamicModule {
    return provide(() => new RabbitmqBus({ ...options, logger: options.logger ?? applicationLogger() }));
  }

  static inProcess(options: WithoutLogger<InProcessBusOptions>): DynamicModule {
    return provide(() => new InProcessBus({ ...options, logger: options.logger ?? applicationLogger() }));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.bus.stopConsuming();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.bus.close();
  }
}

function provide(makeBus: () => StoppableBus): DynamicModule {
  return {
    module: EventsModule,
    providers: [{ provide: EVENT_BUS, useFactory: makeBus }],
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
