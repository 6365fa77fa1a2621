import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import type { Position } from '../journal/cursor-file.js';
import { MemoryBacklog } from './memory-backlog.js';
import { Relay, type RelayOptions } from './relay.js';

/** A journal of one endless segment whose offsets count records. */
class JournalInMemory {
  readonly records: string[] = [];
  confirmed: number[] = [];
  private listener: () => void = () => undefined;

  append(...records: string[]) {
    this.records.push(...records);
    this.listener();
  }
  async read(from: Position | undefined, limit: number) {
    const offset = from?.offset ?? 0;
    const records = this.records.slice(offset, offset + limit);
    return { records, end: { segment: 1, offset: offset + records.length } };
  }
  confirm({ offset }: Position) {
    if (offset > (this.confirmed.at(-1) ?? 0)) this.confirmed.push(offset);
  }
  onCommitted(listener: () => void) {
    this.listener = listener;
    return () => undefined;
  }
}

/** A bus whose publishes settle when the test says so. */
class BusByHand {
  readonly calls: { events: readonly string[]; accept: () => void; reject: (error: Error) => void }[] = [];
  publish = (events: readonly string[]) =>
    new Promise<void>((accept, reject) => {
      this.calls.push({ events, accept, reject });
    });
}

const names = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => `e${from + i}`);
let relay: Relay | undefined;

afterEach(async () => {
  await relay?.stop();
  relay = undefined;
});

function startRelay(options: Partial<RelayOptions> & Pick<RelayOptions, 'publish'>) {
  const journal = new JournalInMemory();
  relay = new Relay({ journal, ...options });
  relay.start();
  return { journal, relay };
}

describe('the relay', () => {
  it('sends what was committed in the journal’s order, at most 200 in a message', async () => {
    const sent: (readonly string[])[] = [];
    const { journal, relay } = startRelay({ publish: async (events) => void sent.push(events) });
    journal.append(...names(0, 450));
    await relay.drain();
    expect(sent.map((events) => events.length)).toEqual([200, 200, 50]);
    expect(sent.flat()).toEqual(names(0, 450));
    journal.append('late');
    await relay.drain();
    expect(sent.at(-1)).toEqual(['late']);
    expect(journal.confirmed.at(-1)).toBe(451);
  });

  it('keeps at most its window of messages under way', async () => {
    const bus = new BusByHand();
    const { journal } = startRelay({ publish: bus.publish, window: 3, maxBatch: 50 });
    journal.append(...names(0, 500));
    await eventually(() => expect(bus.calls).toHaveLength(3));
    bus.calls[0]?.accept();
    await eventually(() => expect(bus.calls).toHaveLength(4));
  });

  it('tells the journal only of the contiguous head when confirms come out of order', async () => {
    const bus = new BusByHand();
    const { journal } = startRelay({ publish: bus.publish, window: 3, maxBatch: 50 });
    journal.append(...names(0, 150));
    await eventually(() => expect(bus.calls).toHaveLength(3));
    bus.calls[2]?.accept();
    bus.calls[1]?.accept();
    await new Promise((resolve) => setImmediate(resolve));
    expect(journal.confirmed).toEqual([]);
    bus.calls[0]?.accept();
    await eventually(() => expect(journal.confirmed).toEqual([150]));
  });

  it('sends a rejected message again until it is accepted, and everything once the bus is back', async () => {
    let isAway = true;
    const accepted: string[] = [];
    const failures: unknown[] = [];
    const { journal, relay } = startRelay({
      window: 3,
      maxBatch: 50,
      onFailure: (error) => failures.push(error),
      publish: async (events) => {
        if (isAway) throw new Error('away');
        accepted.push(...events);
      },
    });
    journal.append(...names(0, 500));
    await eventually(() => expect(failures.length).toBeGreaterThan(3));
    expect(journal.confirmed).toEqual([]);
    isAway = false;
    expect(await relay.drain(5_000)).toBe(true);
    expect(accepted.sort()).toEqual(names(0, 500).sort());
    expect(journal.confirmed.at(-1)).toBe(500);
  });

  it('gathers records while a message is under way', async () => {
    const bus = new BusByHand();
    const { journal } = startRelay({ publish: bus.publish });
    journal.append('e0');
    await eventually(() => expect(bus.calls).toHaveLength(1));
    for (const name of names(1, 20)) journal.append(name);
    await eventually(() => expect(bus.calls.flatMap(({ events }) => events)).toEqual(names(0, 20)));
    expect(bus.calls.length).toBeLessThanOrEqual(3);
  });

  it('gives up draining when the time is over', async () => {
    const { journal, relay } = startRelay({ publish: () => Promise.reject(new Error('away')) });
    journal.append('e0');
    expect(await relay.drain(30)).toBe(false);
  });
});

describe('the backlog in memory', () => {
  it('publishes what it was offered once the bus takes it', async () => {
    let isAway = true;
    const accepted: string[] = [];
    const backlog = new MemoryBacklog({
      publish: async (events) => {
        if (isAway) throw new Error('away');
        accepted.push(...events);
      },
    });
    for (const name of names(0, 300)) expect(backlog.offer(name)).toBe(true);
    isAway = false;
    expect(await backlog.drain(5_000)).toBe(true);
    expect(accepted).toEqual(names(0, 300));
  });

  it('refuses what it has no room for', async () => {
    const backlog = new MemoryBacklog({ publish: () => Promise.reject(new Error('away')), maxChars: 10 });
    expect([backlog.offer('12345678'), backlog.offer('abc'), backlog.offer('ab')]).toEqual([
      true,
      false,
      true,
    ]);
    await backlog.stop();
  });
});
