import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { InvalidEventError, linkChanged } from '#contracts';
import { eventually, type TestDatabase, testDatabase } from '#testing';
import { makeEvent } from './bus-conformance.js';
import { BusUnavailableError, type EventBus, type EventMessage } from './event-bus.js';
import { appendToOutbox, outboxTableSql } from './outbox.js';
import { OutboxRelay, type OutboxRelayOptions } from './outbox-relay.js';
import { silentLogger } from './silent-logger.js';

const TABLE = 'links.outbox';
let database: TestDatabase;
let dataSource: DataSource;
let relays: OutboxRelay[];

beforeEach(async () => {
  database = await testDatabase();
  dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  await dataSource.query('CREATE SCHEMA links');
  await dataSource.query(outboxTableSql(TABLE));
  relays = [];
}, 60_000);

afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await dataSource.destroy();
  await database.drop();
});

/** A bus that takes what it is given, or is away. Only what the relay needs of one. */
class Publisher {
  readonly messages: EventMessage[] = [];
  isAway = false;

  async publish(message: EventMessage): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.isAway) throw new BusUnavailableError('away');
    this.messages.push(message);
  }

  get revisions(): number[] {
    return this.messages.flatMap(({ events }) => events.map((event) => linkChanged.parse(event).revision));
  }
}

function startRelay(publisher: Publisher, options: Partial<OutboxRelayOptions> = {}): OutboxRelay {
  const bus = publisher as unknown as EventBus;
  const relay = new OutboxRelay({ dataSource, table: TABLE, bus, logger: silentLogger, ...options });
  relays.push(relay);
  relay.start();
  return relay;
}

async function append(...revisions: number[]): Promise<void> {
  await dataSource.transaction(async (manager) => {
    for (const revision of revisions) {
      await appendToOutbox(manager, { table: TABLE, definition: linkChanged, event: makeEvent(revision) });
    }
  });
}

it('publishes in order what was committed, and nothing that was rolled back', async () => {
  const publisher = new Publisher();
  await append(1, 2);
  await expect(
    dataSource.transaction(async (manager) => {
      await appendToOutbox(manager, { table: TABLE, definition: linkChanged, event: makeEvent(13) });
      throw new Error('the change fails');
    }),
  ).rejects.toThrow('the change fails');
  await append(3);
  const relay = startRelay(publisher, { batchSize: 2 });
  await relay.drain();
  expect(publisher.revisions).toEqual([1, 2, 3]);
  expect(publisher.messages.map((message) => message.events.length)).toEqual([2, 1]);
  expect(await relay.measureBacklog()).toEqual({ rows: 0, oldestAgeSeconds: 0 });
});

it('refuses an event that is not what its definition says', async () => {
  const event = { ...makeEvent(1), tracking_id: 'not one' };
  await expect(appendToOutbox(dataSource, { table: TABLE, definition: linkChanged, event })).rejects.toThrow(
    InvalidEventError,
  );
  expect(await dataSource.query(`SELECT FROM ${TABLE}`)).toHaveLength(0);
});

it('keeps rows while the bus is away, says how old they are, and publishes them after it', async () => {
  const publisher = new Publisher();
  publisher.isAway = true;
  const relay = startRelay(publisher, { pollMs: 10 });
  await append(1, 2);
  await eventually(async () => {
    const backlog = await relay.measureBacklog();
    expect(backlog.rows).toBe(2);
    expect(backlog.oldestAgeSeconds).toBeGreaterThan(0.3);
  });
  publisher.isAway = false;
  await relay.drain();
  expect(publisher.revisions).toEqual([1, 2]);
});

it('relays at once when it is woken', async () => {
  const publisher = new Publisher();
  const relay = startRelay(publisher, { pollMs: 3_600_000 });
  for (let revision = 1; revision <= 5; revision++) {
    await append(revision);
    relay.wake();
    await eventually(() => expect(publisher.revisions).toContain(revision));
  }
});

it('keeps order and publishes each row once while several relays run', async () => {
  const publisher = new Publisher();
  const relay = startRelay(publisher, { pollMs: 1, batchSize: 3 });
  for (let others = 0; others < 3; others++) startRelay(publisher, { pollMs: 1, batchSize: 3 });
  for (let revision = 1; revision <= 60; revision += 2) await append(revision, revision + 1);
  await relay.drain();
  expect(publisher.revisions).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
});

it('commits what toMessages writes together with the removal of the rows', async () => {
  const publisher = new Publisher();
  await dataSource.query('CREATE TABLE numbers (last int NOT NULL)');
  await dataSource.query('INSERT INTO numbers VALUES (100)');
  const options: Partial<OutboxRelayOptions> = {
    async toMessages(rows, manager) {
      await manager.query('UPDATE numbers SET last = last + $1', [rows.length]);
      const [{ last }] = await manager.query('SELECT last FROM numbers');
      const events = rows.map(({ payload }, index) =>
        JSON.stringify({ ...JSON.parse(payload), revision: last - rows.length + index + 1 }),
      );
      return [{ routingKey: linkChanged.routingKey, events }];
    },
  };
  publisher.isAway = true;
  const relay = startRelay(publisher, { ...options, pollMs: 5 });
  await append(1, 2);
  await eventually(() => expect(publisher.messages).toHaveLength(0));
  publisher.isAway = false;
  await relay.drain();
  await append(3);
  await relay.drain();
  expect(publisher.revisions).toEqual([101, 102, 103]);
});

it('stops between batches and leaves the rest for the next start', async () => {
  const publisher = new Publisher();
  publisher.isAway = true;
  const relay = startRelay(publisher);
  await append(1);
  await relay.stop();
  publisher.isAway = false;
  expect(await dataSource.query(`SELECT FROM ${TABLE}`)).toHaveLength(1);
  await startRelay(publisher).drain();
  expect(publisher.revisions).toEqual([1]);
});
