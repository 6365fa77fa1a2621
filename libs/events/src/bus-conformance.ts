import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LinkChanged, linkChanged } from '#contracts';
import { eventually } from '#testing';
import { BusUnavailableError, type EventBus, RetryLaterError, type Subscription } from './event-bus.js';
import { DELIVERY_LIMIT } from './limits.js';

/** A driver under test. Each test gets one with nothing in it. */
export interface BusUnderTest {
  bus: EventBus;
  /** What was parked for the queue. */
  readDeadLetters(queue: string): Promise<{ body: string; reason: string }[]>;
  dispose(): Promise<void>;
}

const QUEUE = 'analytics.link-changed';

/** A valid event of the kind that the suite uses. */
export function makeEvent(revision: number): LinkChanged {
  return {
    event_id: randomUUID(),
    occurred_at: new Date().toISOString(),
    revision,
    tracking_id: 'lt_calendly_abc123',
    user_id: 'default',
    link_function: 'Calendly',
    link_type: 'profile',
    original_url: 'https://calendly.com/jordan-avery/30min',
    redirect_url: 'https://example.org/track/lt_calendly_abc123',
    is_active: true,
    created_at: new Date().toISOString(),
  };
}

function messageOf(...revisions: number[]) {
  const events = revisions.map((revision) => JSON.stringify(makeEvent(revision)));
  return { routingKey: linkChanged.routingKey, events };
}

function subscription(
  handle: Subscription<LinkChanged>['handle'],
  batch = { maxEvents: 100, maxWaitMs: 5 },
): Subscription<LinkChanged> {
  return { queue: QUEUE, event: linkChanged, batch, handle };
}

/** Remembers what was stored, and how it was batched. */
class Store {
  readonly batches: number[][] = [];
  readonly handle = async (events: readonly LinkChanged[]) => {
    this.batches.push(events.map((event) => event.revision));
    return undefined;
  };
  get revisions(): number[] {
    return this.batches.flat().sort((a, b) => a - b);
  }
}

/** The meaning of the bus, held against a driver. */
export function describeBusConformance(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`${name}: an event bus`, () => {
    let driver: BusUnderTest;
    let bus: EventBus;
    beforeEach(async () => {
      driver = await open();
      bus = driver.bus;
    }, 60_000);
    afterEach(() => driver.dispose());

    it('hands a published event over once when it was stored', async () => {
      const store = new Store();
      await bus.subscribe(subscription(store.handle));
      await bus.publish(messageOf(1));
      await bus.publish(messageOf(2, 3));
      await eventually(() => expect(store.revisions).toEqual([1, 2, 3]));
      await bus.checkHealth();
      await bus.close();
      expect(store.revisions).toEqual([1, 2, 3]);
    });

    it('delivers a message again when its handler failed', async () => {
      const store = new Store();
      let failures = 0;
      await bus.subscribe(
        subscription(async (events) => {
          if (failures++ < 2) throw new Error('a defect that passes');
          return store.handle(events);
        }),
      );
      await bus.publish(messageOf(1, 2));
      await eventually(() => expect(store.revisions).toEqual([1, 2]));
      expect(await driver.readDeadLetters(QUEUE)).toEqual([]);
    });

    it('holds events through an outage longer than the delivery limit, and stores them after it', async () => {
      const store = new Store();
      let attempts = 0;
      let isAway = true;
      await bus.subscribe(
        subscription(async (events) => {
          attempts += 1;
          if (isAway) throw new RetryLaterError('the database is away');
          return store.handle(events);
        }),
      );
      const published = publishUntilAccepted(bus, messageOf(1));
      // In process the publisher tries again; over a broker the consumer does. Both may go on for as long as it takes.
      await eventually(() => expect(attempts).toBeGreaterThan(DELIVERY_LIMIT + 2));
      isAway = false;
      await published;
      await eventually(() => expect(store.revisions).toEqual([1]));
      expect(await driver.readDeadLetters(QUEUE)).toEqual([]);
    });

    it('parks a record that is not an event alone with its reason, and stores the rest of its message', async () => {
      const store = new Store();
      await bus.subscribe(subscription(store.handle));
      const good = messageOf(1, 2);
      const [first = '', second = ''] = good.events;
      const events = [first, '{"torn":', '{"revision":"no link"}', second];
      await bus.publish({ routingKey: good.routingKey, events });
      await eventually(() => expect(store.revisions).toEqual([1, 2]));
      const parked = await eventually(async () => {
        const letters = await driver.readDeadLetters(QUEUE);
        expect(letters).toHaveLength(2);
        return letters;
      });
      expect(parked.map((letter) => letter.body)).toEqual(['{"torn":', '{"revision":"no link"}']);
      expect(parked[0]?.reason).toContain('not JSON');
      expect(parked[1]?.reason).toContain('event_id');
    });

    it('parks an event that its handler refuses, with the reason given', async () => {
      await bus.subscribe(subscription(async () => [{ index: 1, reason: 'no such link' }]));
      const message = messageOf(1, 2, 3);
      await bus.publish(message);
      await eventually(async () =>
        expect(await driver.readDeadLetters(QUEUE)).toEqual([
          { body: message.events[1], reason: 'no such link' },
        ]),
      );
    });

    it('parks a message that fails past the delivery limit, and still stores its neighbours', async () => {
      const store = new Store();
      let attempts = 0;
      await bus.subscribe(
        subscription(async (events) => {
          if (events.some((event) => event.revision === 13)) {
            attempts += 1;
            throw new Error('a defect that stays');
          }
          return store.handle(events);
        }),
      );
      await Promise.all([bus.publish(messageOf(1)), bus.publish(messageOf(13)), bus.publish(messageOf(2))]);
      await eventually(async () => expect((await driver.readDeadLetters(QUEUE)).length).toBe(1));
      expect(attempts).toBe(DELIVERY_LIMIT + 1);
      await eventually(() => expect(store.revisions).toEqual([1, 2]));
    }, 30_000);

    it('hands over full batches at once, one at a time, and never splits a message', async () => {
      const store = new Store();
      let inHand = 0;
      let mostInHand = 0;
      await bus.subscribe(
        subscription(
          async (events) => {
            mostInHand = Math.max(mostInHand, ++inHand);
            await new Promise((resolve) => setTimeout(resolve, 5));
            inHand -= 1;
            return store.handle(events);
          },
          { maxEvents: 4, maxWaitMs: 60_000 },
        ),
      );
      const messages = [messageOf(1, 2, 3), messageOf(4, 5, 6), messageOf(7), messageOf(8, 9, 10, 11, 12)];
      await Promise.race([
        Promise.all(messages.map((message) => bus.publish(message))),
        eventually(() => expect(store.revisions).toHaveLength(12)),
      ]);
      await eventually(() => expect(store.revisions).toHaveLength(12));
      expect(mostInHand).toBe(1);
      const together = messages.map((message) => message.events.length);
      expect(together).toEqual([3, 3, 1, 5]);
      for (const batch of store.batches) expect(batch.length).toBeLessThanOrEqual(5);
      expect(store.batches.find((batch) => batch.includes(8))?.length).toBeGreaterThanOrEqual(5);
    });

    it('hands over what has come when the wait is over', async () => {
      const store = new Store();
      await bus.subscribe(subscription(store.handle, { maxEvents: 1000, maxWaitMs: 50 }));
      await Promise.all([bus.publish(messageOf(1)), bus.publish(messageOf(2)), bus.publish(messageOf(3))]);
      await eventually(() => expect(store.revisions).toEqual([1, 2, 3]));
    });

    it('lets the batch in hand finish before it closes', async () => {
      const store = new Store();
      let release: () => void = () => undefined;
      const isHeld = new Promise<void>((resolve) => {
        release = resolve;
      });
      let hasStarted = false;
      await bus.subscribe(
        subscription(async (events) => {
          hasStarted = true;
          await isHeld;
          return store.handle(events);
        }),
      );
      const published = bus.publish(messageOf(1));
      await eventually(() => expect(hasStarted).toBe(true));
      let hasClosed = false;
      const closed = bus.close().then(() => {
        hasClosed = true;
      });
      await new Promise((resolve) => setImmediate(resolve));
      expect(hasClosed).toBe(false);
      release();
      await closed;
      await published;
      expect(store.revisions).toEqual([1]);
    });

    it('rejects a message that no queue takes', async () => {
      await bus.subscribe(subscription(new Store().handle));
      const message = { ...messageOf(1), routingKey: 'nothing.happened.v1' };
      await expect(bus.publish(message)).rejects.toThrow(BusUnavailableError);
    });

    it('rejects a message after it was closed', async () => {
      await bus.subscribe(subscription(new Store().handle));
      await bus.close();
      await expect(bus.publish(messageOf(1))).rejects.toThrow(BusUnavailableError);
      await expect(bus.checkHealth()).rejects.toThrow(BusUnavailableError);
    });

    it('shows a tail what is published after it connected', async () => {
      const seen: number[] = [];
      let connections = 0;
      await bus.subscribe(subscription(new Store().handle));
      await bus.tail({
        event: linkChanged,
        handle: (event) => {
          if (event.revision === 2) throw new Error('a cache that fails');
          seen.push(event.revision);
        },
        onConnected: () => {
          connections += 1;
        },
      });
      await eventually(() => expect(connections).toBe(1));
      await bus.publish(messageOf(1, 2, 3));
      await eventually(() => expect(seen).toEqual([1, 3]));
    });
  });
}

async function publishUntilAccepted(bus: EventBus, message: { routingKey: string; events: string[] }) {
  await eventually(() => bus.publish(message), { timeoutMs: 30_000 });
}
