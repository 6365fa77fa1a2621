import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Link } from '#contracts';
import { eventually } from '#testing';
import { CatchUp } from './catch-up.js';
import { LinkLookup } from './link-lookup.js';
import { LinkReplica } from './link-replica.js';
import { LinkStore } from './link-store.js';
import { destinationOf, fromLink } from './replica-link.js';

const aLink = (n: number, link: Partial<Link> = {}): Link => ({
  trackingId: `lt_${n}`,
  userId: 'jordan',
  linkFunction: 'Portfolio',
  linkType: 'external',
  originalUrl: `https://example.com/${n}`,
  redirectUrl: `http://localhost:5000/track/lt_${n}`,
  isActive: true,
  createdAt: new Date(0),
  revision: n,
  ...link,
});

let database: DatabaseSync;
let replica: LinkReplica;
let problems: string[];
let catchUp: CatchUp | undefined;

beforeEach(() => {
  problems = [];
  database = new DatabaseSync(':memory:');
  replica = new LinkReplica({
    store: LinkStore.from(database),
    maxInMemory: 10,
    onProblem: (problem) => problems.push(problem),
  });
});

afterEach(() => {
  catchUp?.stop();
  catchUp = undefined;
});

describe('the replica', () => {
  it('knows far more links than it holds in memory', () => {
    replica.applyPulled(Array.from({ length: 100 }, (_, n) => fromLink(aLink(n + 1))));
    for (let round = 0; round < 2; round += 1) {
      for (let n = 1; n <= 100; n += 1)
        expect(replica.find(`lt_${n}`)?.location).toBe(`https://example.com/${n}`);
    }
    expect(replica.find('lt_101')).toBeUndefined();
    expect(replica.size).toBe(100);
  });

  it('takes a state only when it is newer, in whichever way it comes', () => {
    replica.applyOne(fromLink(aLink(1, { revision: 5, isActive: false })));
    replica.applyOne(fromLink(aLink(1, { revision: 4 })));
    expect(replica.find('lt_1')?.isActive).toBe(false);
    replica.applyPulled([fromLink(aLink(1, { revision: 5 }))]);
    replica.applyOne(fromLink(aLink(1, { revision: 0 })));
    expect(replica.find('lt_1')).toMatchObject({ isActive: true, revision: 5 });
  });

  it('keeps what came by event on disk', async () => {
    for (let n = 1; n <= 30; n += 1) replica.applyOne(fromLink(aLink(n)));
    await eventually(() => expect(replica.size).toBe(30));
    for (let n = 1; n <= 30; n += 1) expect(replica.find(`lt_${n}`)).toEqual(fromLink(aLink(n)));
  });

  it('does not take an event for a pull: what came before it may be missing', () => {
    replica.applyPulled([fromLink(aLink(3))]);
    replica.applyOne(fromLink(aLink(9)));
    expect(replica.watermark).toBe(3);
  });

  it('remembers on disk when a link ends and where it leads then', () => {
    const link = fromLink(aLink(1, { expiresAt: new Date(5_000), fallbackUrl: 'https://example.com/new' }));
    replica.applyPulled([link]);
    const held = replica.find('lt_1');
    expect(held).toEqual(link);
    expect(held && destinationOf(held, 4_999)).toBe('https://example.com/1');
    expect(held && destinationOf(held, 5_000)).toBe('https://example.com/new');
  });

  it('serves what it heard from memory while its disk fails, and asks to pull it again', () => {
    replica.applyPulled([fromLink(aLink(1))]);
    database.exec('PRAGMA query_only = ON');
    expect(replica.applyPulled([fromLink(aLink(2))])).toBe(false);
    expect(replica.find('lt_1')).toEqual(fromLink(aLink(1)));
    expect(replica.find('lt_2')).toEqual(fromLink(aLink(2)));
    expect(replica.watermark).toBe(1);
    expect(problems).toEqual(['link replica cannot be written']);
  });
});

describe('catching up', () => {
  function start(source: (after: number) => AsyncIterable<Link[]>, intervalMs = 60_000) {
    const asked: number[] = [];
    const failures: unknown[] = [];
    catchUp = new CatchUp({
      replica,
      intervalMs,
      links: {
        watchLinks: (after) => {
          asked.push(after);
          return source(after);
        },
      },
      onFailure: (error) => failures.push(error),
    });
    catchUp.start();
    return { catchUp, asked, failures };
  }

  it('pulls everything, then what changed since when asked', async () => {
    const links = [aLink(1), aLink(2)];
    const { catchUp, asked } = start(async function* (after) {
      for (const link of links) if (link.revision > after) yield [link];
    });
    await eventually(() => expect(catchUp.hasCompleted).toBe(true));
    links.push(aLink(3));
    catchUp.request();
    await eventually(() => expect(replica.find('lt_3')).toEqual(fromLink(aLink(3))));
    expect(asked).toEqual([0, 1]);
  });

  it('goes on where a broken stream stopped', async () => {
    let isBroken = true;
    const { catchUp, asked, failures } = start(async function* (after) {
      for (let n = after + 1; n <= 10; n += 1) {
        if (n === 6 && isBroken) {
          isBroken = false;
          throw new Error('link-service went away');
        }
        yield [aLink(n)];
      }
    });
    await eventually(() => expect(catchUp.hasCompleted).toBe(true));
    expect([asked, failures.length, replica.size]).toEqual([[0, 4], 1, 10]);
  });

  it('pulls everything again from a link-service that was put back to an earlier state, and follows it', async () => {
    let links = [aLink(1), aLink(2, { revision: 7, isActive: false }), aLink(3, { revision: 9 })];
    const { catchUp, asked } = start(async function* (after) {
      const newer = links.filter(({ revision }) => revision > after);
      if (newer.length > 0) yield newer;
    });
    await eventually(() => expect(replica.watermark).toBe(9));
    links = [aLink(1), aLink(2, { originalUrl: 'https://example.com/then' })];
    catchUp.request();
    await eventually(() => expect(replica.watermark).toBe(2));
    expect(replica.find('lt_2')).toMatchObject({ isActive: true, location: 'https://example.com/then' });
    // Its documents are out: the visitor is not told that the link does not exist.
    expect(replica.find('lt_3')?.isActive).toBe(true);
    replica.applyOne(fromLink(aLink(1, { revision: 3, isActive: false })));
    expect(replica.find('lt_1')?.isActive).toBe(false);
    links.push(aLink(3, { revision: 4, isActive: false }));
    catchUp.request();
    await eventually(() => expect(replica.find('lt_3')?.isActive).toBe(false));
    expect(asked).toEqual([0, 8, 0, 1]);
  });

  it('holds a batch at a time, however many links there are', async () => {
    let made = 0;
    let mostHeld = 0;
    const { catchUp } = start(async function* () {
      for (; made < 20_000; made += 1_000) {
        const batch = Array.from({ length: 1_000 }, (_, i) => aLink(made + i + 1));
        mostHeld = Math.max(mostHeld, made + 1_000 - replica.size);
        yield batch;
      }
    });
    await eventually(() => expect(catchUp.hasCompleted).toBe(true));
    expect(replica.size).toBe(20_000);
    expect(mostHeld).toBe(1_000);
  });

  it('pulls by itself after its interval', async () => {
    const { asked } = start(async function* () {}, 5);
    await eventually(() => expect(asked.length).toBeGreaterThan(2));
  });
});

describe('asking link-service for an unknown id', () => {
  let now: number;
  let asked: string[];
  let findLink: (id: string) => Promise<Link | undefined>;
  let lookup: LinkLookup;

  beforeEach(() => {
    now = 0;
    asked = [];
    findLink = async () => undefined;
    lookup = new LinkLookup({
      replica,
      now: () => now,
      deadlineMs: 20,
      links: {
        findLink: (id) => {
          asked.push(id);
          return findLink(id);
        },
      },
    });
  });

  it('happens once for all who wait, and what is found is kept', async () => {
    findLink = async () => aLink(7);
    const found = await Promise.all([lookup.find('lt_7'), lookup.find('lt_7'), lookup.find('lt_7')]);
    expect(found.map((link) => typeof link === 'object' && link.trackingId)).toEqual([
      'lt_7',
      'lt_7',
      'lt_7',
    ]);
    expect(asked).toEqual(['lt_7']);
    expect(replica.find('lt_7')).toEqual(fromLink(aLink(7)));
  });

  it('is not repeated for an id that does not exist, for a while', async () => {
    expect(await lookup.find('lt_x')).toBe('unknown');
    expect(await lookup.find('lt_x')).toBe('unknown');
    expect(asked).toHaveLength(1);
    now += 2_001;
    await lookup.find('lt_x');
    expect(asked).toHaveLength(2);
  });

  it('remembers a bounded number of them', async () => {
    lookup = new LinkLookup({
      replica,
      links: { findLink: async (id) => void asked.push(id) as undefined },
      maxUnknown: 3,
    });
    for (const id of ['lt_a', 'lt_b', 'lt_c', 'lt_d', 'lt_a', 'lt_d']) await lookup.find(id);
    expect(asked).toEqual(['lt_a', 'lt_b', 'lt_c', 'lt_d', 'lt_a']);
  });

  it('ends with its deadline even when link-service hangs', async () => {
    findLink = () => new Promise(() => undefined);
    expect(await lookup.find('lt_x')).toBe('unavailable');
  });

  it('stops after five failures in a row and tries again with a single one', async () => {
    findLink = () => Promise.reject(new Error('away'));
    for (let n = 0; n < 8; n += 1) expect(await lookup.find(`lt_${n}`)).toBe('unavailable');
    expect(asked).toHaveLength(5);
    now += 2_001;
    await Promise.all([lookup.find('lt_a'), lookup.find('lt_b')]);
    expect(asked).toHaveLength(6);
    now += 2_001;
    findLink = async () => undefined;
    await lookup.find('lt_c');
    await lookup.find('lt_d');
    expect(asked).toHaveLength(8);
  });
});
