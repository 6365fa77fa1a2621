import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Registry } from 'prom-client';
import { linkChanged } from '#contracts';
import { eventually, testBroker } from '#testing';
import { makeEvent } from './bus-conformance.js';
import { BusUnavailableError, EVENT_BUS, type EventBus } from './event-bus.js';
import { EventsModule } from './events.module.js';

class Metrics {
  readonly registry = new Registry();
}

@Global()
@Module({ providers: [Metrics], exports: [Metrics] })
class ApplicationModule {}

it('provides the bus, lets batches in hand finish while the application stops, and closes it', async () => {
  const { url } = await testBroker();
  const events = EventsModule.rabbitmq({ url, name: 'test', metrics: Metrics });
  const module = { module: ApplicationModule, imports: [events] };
  const application = await NestFactory.createApplicationContext(module, { logger: false });
  const bus = application.get<EventBus>(EVENT_BUS);
  const stored: number[] = [];
  let hasStarted: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    hasStarted = resolve;
  });
  await bus.subscribe({
    queue: 'analytics.link-changed',
    event: linkChanged,
    batch: { maxEvents: 10, maxWaitMs: 1 },
    async handle(batch) {
      hasStarted();
      await new Promise((resolve) => setTimeout(resolve, 100));
      stored.push(...batch.map((event) => event.revision));
      return undefined;
    },
  });
  await eventually(() => bus.checkHealth());
  await bus.publish({ routingKey: linkChanged.routingKey, events: [JSON.stringify(makeEvent(1))] });
  await started;
  await application.close();
  expect(stored).toEqual([1]);
  const metrics = await application.get(Metrics).registry.metrics();
  expect(metrics).toContain('footfall_bus_confirm_duration_seconds_count 1');
  await expect(bus.checkHealth()).rejects.toThrow(BusUnavailableError);
}, 60_000);

it('provides the bus inside one process likewise', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'footfall-bus-'));
  const module = {
    module: ApplicationModule,
    imports: [EventsModule.inProcess({ dataDir, metrics: Metrics })],
  };
  const application = await NestFactory.createApplicationContext(module, { logger: false });
  const bus = application.get<EventBus>(EVENT_BUS);
  await bus.checkHealth();
  await application.close();
  await expect(bus.checkHealth()).rejects.toThrow(BusUnavailableError);
  await rm(dataDir, { recursive: true });
});
