import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { type ChannelModel, connect } from 'amqplib';
import { Registry } from 'prom-client';
import { type LinkChanged, linkChanged } from '#contracts';
import { type BreakableBroker, breakableBroker, eventually } from '#testing';
import { makeEvent } from './bus-conformance.js';
import { BusMetrics } from './bus-metrics.js';
import { BusUnavailableError } from './event-bus.js';
import { RabbitmqBus, type RabbitmqBusOptions } from './rabbitmq-bus.js';
import { silentLogger } from './silent-logger.js';

const QUEUE = 'analytics.link-changed';
const RECOVERY = { timeoutMs: 30_000 };
jest.setTimeout(90_000);

let broker: BreakableBroker;
const open: { close(): Promise<void> }[] = [];
beforeAll(async () => {
  broker = await breakableBroker();
}, 120_000);
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
afterAll(() => broker?.close());

function openBus(own: Partial<RabbitmqBusOptions> = {}): RabbitmqBus {
  const options = { url: broker.url, name: 'test', logger: silentLogger, redeliveryDelayMs: 1 };
  const bus = new RabbitmqBus({ ...options, ...own });
  open.push(bus);
  return bus;
}

async function openConnection(): Promise<ChannelModel> {
  const connection = await connect(broker.url);
  connection.on('error', () => undefined);
  open.push({ close: () => connection.close().catch(() => undefined) });
  return connection;
}

function publish(bus: RabbitmqBus, revision: number): Promise<void> {
  return bus.publish({ routingKey: linkChanged.routingKey, events: [JSON.stringify(makeEvent(revision))] });
}

/** Subscribes, and answers the set of revisions that will be stored. */
async function store(bus: RabbitmqBus): Promise<Set<number>> {
  const revisions = new Set<number>();
  await bus.subscribe({
    queue: QUEUE,
    event: linkChanged,
    batch: { maxEvents: 50, maxWaitMs: 2 },
    handle: async (events) => {
      for (const event of events) revisions.add(event.revision);
      return undefined;
    },
  });
  return revisions;
}

/** Publishes one event after the other, each until it is accepted, as a journal or an outbox does. */
function publishSteadily(bus: RabbitmqBus) {
  const accepted: number[] = [];
  let isStopped = false;
  let refusals = 0;
  const loop = (async () => {
    for (let revision = 1000; !isStopped; revision++) {
      await eventually(async () => {
        try {
          await publish(bus, revision);
        } catch (error) {
          refusals += 1;
          throw error;
        }
      }, RECOVERY);
      accepted.push(revision);
    }
  })();
  return {
    accepted,
    countRefusals: () => refusals,
    async stop() {
      isStopped = true;
      await loop;
    },
  };
}

const faults = [
  {
    name: 'its application is stopped and started',
    breakIt: () => broker.stop(),
    mend: () => broker.start(),
  },
  { name: 'it is killed and restarted', breakIt: () => broker.kill(), mend: () => broker.restart() },
];

for (const { name, breakIt, mend } of faults) {
  it(`loses no accepted event when the broker goes while events are published: ${name}`, async () => {
    const bus = openBus();
    const stored = await store(bus);
    const publisher = publishSteadily(bus);
    await eventually(() => expect(stored.size).toBeGreaterThan(20), RECOVERY);
    try {
      await breakIt();
      const before = publisher.countRefusals();
      await eventually(() => expect(publisher.countRefusals()).toBeGreaterThan(before), RECOVERY);
      await eventually(() => expect(bus.checkHealth()).rejects.toThrow(BusUnavailableError), RECOVERY);
    } finally {
      await mend();
    }
    const before = publisher.accepted.length;
    await eventually(() => expect(publisher.accepted.length).toBeGreaterThan(before + 20), RECOVERY);
    await publisher.stop();
    await eventually(() => {
      const lost = publisher.accepted.filter((revision) => !stored.has(revision));
      expect(lost).toEqual([]);
    }, RECOVERY);
    await eventually(() => bus.checkHealth(), RECOVERY);
  });
}

it('starts without a broker, refuses promptly and works once there is one', async () => {
  await broker.stop();
  try {
    const bus = openBus();
    const subscribed = store(bus);
    // The broker comes only afterwards: that this ends at all is because nothing waits for it.
    await expect(publish(bus, 1)).rejects.toThrow('not connected');
    await broker.start();
    const stored = await subscribed;
    await eventually(() => publish(bus, 2), RECOVERY);
    await eventually(() => expect([...stored]).toContain(2));
  } finally {
    await broker.start();
  }
});

it('closes while the broker is away, and a subscription that waits for it is told', async () => {
  await broker.stop();
  try {
    const bus = openBus();
    const subscribed = store(bus);
    await Promise.all([expect(subscribed).rejects.toThrow(BusUnavailableError), bus.close()]);
  } finally {
    await broker.start();
  }
});

it('subscribes again, to a queue declared again, when its queue was deleted', async () => {
  const bus = openBus();
  const stored = await store(bus);
  const channel = await (await openConnection()).createChannel();
  await channel.deleteQueue(QUEUE);
  await eventually(() => publish(bus, 21), RECOVERY);
  await eventually(() => expect([...stored]).toEqual([21]), RECOVERY);
});

it('still stores what it had received from a queue that is then deleted', async () => {
  const bus = openBus();
  const batches: number[][] = [];
  let release: () => void = () => undefined;
  const isHeld = new Promise<void>((resolve) => {
    release = resolve;
  });
  await bus.subscribe({
    queue: QUEUE,
    event: linkChanged,
    batch: { maxEvents: 10, maxWaitMs: 1 },
    handle: async (events) => {
      batches.push(events.map((event) => event.revision));
      await isHeld;
      return undefined;
    },
  });
  await eventually(() => publish(bus, 22));
  await eventually(() => expect(batches).toEqual([[22]]));
  await publish(bus, 23);
  const channel = await (await openConnection()).createChannel();
  await eventually(async () => expect((await channel.checkQueue(QUEUE)).messageCount).toBe(0));
  await channel.deleteQueue(QUEUE);
  await eventually(() => publish(bus, 24), RECOVERY);
  await eventually(async () => expect((await channel.checkQueue(QUEUE)).messageCount).toBe(0), RECOVERY);
  release();
  await eventually(() => expect(batches.flat().sort()).toEqual([22, 23, 24]));
  await bus.close();
  await eventually(async () => expect((await channel.checkQueue(QUEUE)).messageCount).toBe(0));
});

it('refuses an event that no durable queue takes, though a tail listens, then declares the queue again', async () => {
  const registry = new Registry();
  const bus = openBus({ metrics: new BusMetrics({ registry }) });
  const returned = async () =>
    Number(/^footfall_bus_returned_messages_total (\d+)$/m.exec(await registry.metrics())?.[1]);
  const seen: number[] = [];
  await new Promise<void>((onConnected) => {
    const handle = (event: LinkChanged) => void seen.push(event.revision);
    void bus.tail({ event: linkChanged, handle, onConnected });
  });
  await eventually(() => publish(bus, 30));
  const channel = await (await openConnection()).createChannel();
  await channel.deleteQueue(QUEUE);
  const before = await returned();
  await expect(publish(bus, 31)).rejects.toThrow('no queue takes link.changed.v1');
  await eventually(() => expect(seen).toEqual([30, 31]));
  expect(await returned()).toBe(before + 1);
  await eventually(() => publish(bus, 32), RECOVERY);
  await eventually(async () => expect((await channel.checkQueue(QUEUE)).messageCount).toBe(1));
});

it('resumes when the broker closes its connections', async () => {
  const bus = openBus();
  const stored = await store(bus);
  await eventually(() => publish(bus, 40), RECOVERY);
  await broker.rabbitmqctl('close_all_connections', 'test');
  await eventually(() => publish(bus, 41), RECOVERY);
  await eventually(() => expect([...stored]).toEqual(expect.arrayContaining([40, 41])), RECOVERY);
  await eventually(() => bus.checkHealth(), RECOVERY);
});

it('resumes when a channel fails under it, and delivers again what was not acknowledged', async () => {
  const bus = openBus();
  const stored: number[] = [];
  let isBroken = false;
  await bus.subscribe({
    queue: QUEUE,
    event: linkChanged,
    batch: { maxEvents: 10, maxWaitMs: 1 },
    handle: async (events) => {
      // The broker closes a channel whose consumer holds a message too long: here by an unknown acknowledgement.
      if (!isBroken && events.some((event) => event.revision === 50)) {
        isBroken = true;
        breakChannel(bus);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
      stored.push(...events.map((event) => event.revision));
      return undefined;
    },
  });
  await eventually(() => publish(bus, 50));
  await eventually(
    () => expect(stored.filter((revision) => revision === 50).length).toBeGreaterThan(1),
    RECOVERY,
  );
  await eventually(() => publish(bus, 51));
  await eventually(() => expect(stored).toContain(51), RECOVERY);
});

/** Acknowledges what was never delivered: a channel error. Reaches inside, as no broker command breaks a channel. */
function breakChannel(bus: RabbitmqBus): void {
  const { consumers } = bus as unknown as {
    consumers: { live: { channel: { ack(message: object): void } } }[];
  };
  consumers[0]?.live.channel.ack({ fields: { deliveryTag: 999_999 } });
}

const alarms = [
  { name: 'disk', raise: ['set_disk_free_limit', '100000GB'], lower: ['set_disk_free_limit', '50MB'] },
  {
    name: 'memory',
    raise: ['set_vm_memory_high_watermark', 'absolute', '1MB'],
    lower: ['set_vm_memory_high_watermark', 'absolute', '1GB'],
  },
];

for (const { name, raise, lower } of alarms) {
  it(`refuses promptly during the broker's ${name} alarm, still consumes, and publishes after it`, async () => {
    const registry = new Registry();
    const bus = openBus({ metrics: new BusMetrics({ registry }) });
    const stored = await store(bus);
    await eventually(() => publish(bus, 60));
    await eventually(() => expect([...stored]).toContain(60));
    await broker.rabbitmqctl(...raise);
    try {
      // The alarm lasts until further down: that these end at all is because nothing waits for it.
      await eventually(() => expect(publish(bus, 61)).rejects.toThrow('blocks publishers'), RECOVERY);
      await expect(publish(bus, 62)).rejects.toThrow('blocks publishers');
      await expect(bus.checkHealth()).rejects.toThrow('blocks publishers');
      expect(await registry.metrics()).toContain('footfall_bus_blocked 1');
    } finally {
      await broker.rabbitmqctl(...lower);
    }
    await eventually(() => publish(bus, 63), RECOVERY);
    await eventually(() => expect([...stored]).toContain(63), RECOVERY);
    expect(await registry.metrics()).toContain('footfall_bus_blocked 0');
  });
}

it('says that its password is no longer taken, keeps trying, and resumes when it is', async () => {
  const warnings: string[] = [];
  const warn = (fields: object) => void warnings.push(String((fields as { err?: Error }).err));
  const bus = openBus({ logger: { ...silentLogger, warn } });
  const stored = await store(bus);
  await eventually(() => publish(bus, 80));
  const { username, password } = new URL(broker.url);
  await broker.rabbitmqctl('change_password', username, 'another');
  try {
    await publish(bus, 81); // connections that are open stay so
    await broker.rabbitmqctl('close_all_connections', 'test');
    await eventually(() => expect(warnings.join()).toContain('ACCESS'), RECOVERY);
    await expect(publish(bus, 82)).rejects.toThrow('not connected');
  } finally {
    await broker.rabbitmqctl('change_password', username, password);
  }
  await eventually(() => publish(bus, 83), RECOVERY);
  await eventually(() => expect([...stored]).toEqual(expect.arrayContaining([80, 81, 83])), RECOVERY);
});

it('tells a tail about every connection', async () => {
  const bus = openBus();
  const seen: number[] = [];
  let connections = 0;
  await bus.tail({
    event: linkChanged,
    handle: (event) => seen.push(event.revision),
    onConnected: () => {
      connections += 1;
    },
  });
  await eventually(() => expect(connections).toBe(1), RECOVERY);
  await broker.stop();
  await broker.start();
  await eventually(() => expect(connections).toBe(2), RECOVERY);
  await eventually(() => publish(bus, 70), RECOVERY);
  await eventually(() => expect(seen).toContain(70));
});
