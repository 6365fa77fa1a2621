import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { linkChanged } from '#contracts';
import { eventually } from '#testing';
import { describeBusConformance, makeEvent } from './bus-conformance.js';
import { DeadLetterFile } from './dead-letter-file.js';
import { BusUnavailableError, RetryLaterError } from './event-bus.js';
import { FileDeadLetters } from './file-dead-letters.js';
import { InProcessBus } from './in-process-bus.js';
import { silentLogger } from './silent-logger.js';

const QUEUE = 'analytics.link-changed';

async function open() {
  const dataDir = await mkdtemp(join(tmpdir(), 'footfall bus '));
  const bus = new InProcessBus({ dataDir, logger: silentLogger, redeliveryDelayMs: 1 });
  return {
    bus,
    dataDir,
    async readDeadLetters() {
      const letters = await new DeadLetterFile(dataDir, QUEUE).read();
      return letters.map(({ event, reason }) => ({ body: event, reason }));
    },
    async dispose() {
      await bus.close();
      await rm(dataDir, { recursive: true });
    },
  };
}

describeBusConformance('in process', open);

it('refuses an event whose consumer has not subscribed yet', async () => {
  const { bus, dispose } = await open();
  const message = { routingKey: linkChanged.routingKey, events: [JSON.stringify(makeEvent(1))] };
  await expect(bus.publish(message)).rejects.toThrow(BusUnavailableError);
  await dispose();
});

it('accepts an event only when its consumer has stored it', async () => {
  const { bus, dispose } = await open();
  const stored: number[] = [];
  await bus.subscribe({
    queue: QUEUE,
    event: linkChanged,
    batch: { maxEvents: 10, maxWaitMs: 1 },
    handle: async (events) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      stored.push(...events.map((event) => event.revision));
      return undefined;
    },
  });
  await bus.publish({ routingKey: linkChanged.routingKey, events: [JSON.stringify(makeEvent(7))] });
  expect(stored).toEqual([7]);
  await dispose();
});

it('keeps dead letters over a restart, after a line that a crash tore', async () => {
  const { dataDir, dispose } = await open();
  const file = new DeadLetterFile(dataDir, QUEUE);
  await file.append([{ body: 'first', reason: 'one' }]);
  await appendFile(file.path, '{"parked_at":"2026-');
  const reopened = new DeadLetterFile(dataDir, QUEUE);
  await Promise.all([
    reopened.append([{ body: 'second\nwith a line break', reason: 'two' }]),
    reopened.append([{ body: 'third', reason: 'three' }]),
  ]);
  expect((await reopened.read()).map((letter) => letter.event)).toEqual([
    'first',
    'second\nwith a line break',
    'third',
  ]);
  expect((await readFile(file.path, 'utf8')).endsWith('\n')).toBe(true);
  await dispose();
});

it('delivers dead letters that were marked while it was stopped, parks again what is refused, and only once', async () => {
  const { bus, dataDir, dispose } = await open();
  const good = JSON.stringify(makeEvent(1));
  await new DeadLetterFile(dataDir, QUEUE).append([
    { body: good, reason: 'a defect, since mended' },
    { body: '{"torn":', reason: 'not JSON' },
    { body: JSON.stringify(makeEvent(3)), reason: 'left for later' },
  ]);
  const letters = new FileDeadLetters(dataDir);
  expect(await letters.republish({ queue: QUEUE, limit: 2, perSecond: 100 })).toBe(2);
  expect((await letters.read(QUEUE, 10)).map((letter) => letter.reason)).toEqual(['left for later']);
  const stored: number[] = [];
  let isAway = true;
  await bus.subscribe({
    queue: QUEUE,
    event: linkChanged,
    batch: { maxEvents: 10, maxWaitMs: 1 },
    handle: async (events) => {
      if (isAway) {
        isAway = false;
        throw new RetryLaterError('the database is away');
      }
      stored.push(...events.map((event) => event.revision));
      return undefined;
    },
  });
  await eventually(async () => expect(await letters.count(QUEUE)).toBe(2));
  await eventually(async () => expect(await new DeadLetterFile(dataDir, QUEUE).readRedriven()).toEqual([]));
  expect(stored).toEqual([1]);
  await dispose();
});
