import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Link } from '#contracts';
import { eventually, type TestDatabase, testDatabase } from '#testing';
import { type RunningLinkService, runLinkService } from '../test/running-link-service.js';
import { LINK_CHANGES_TABLE, OUTBOX_TABLE } from './number-changes.query.js';

let database: TestDatabase;
let service: RunningLinkService;

beforeAll(async () => {
  database = await testDatabase();
  service = await runLinkService(database.url);
});

beforeEach(() => {
  service.bus.isDown = false;
});

afterAll(async () => {
  await service?.stop();
  await database?.drop();
});

const sql = (statement: string, parameters: unknown[] = []) => service.database.query(statement, parameters);

/** Resolves when every change made so far has been published. */
const settled = () =>
  eventually(async () => {
    const [{ waiting }] = await sql(
      `SELECT (SELECT count(*) FROM ${LINK_CHANGES_TABLE}) + (SELECT count(*) FROM ${OUTBOX_TABLE}) AS waiting`,
    );
    expect(Number(waiting)).toBe(0);
  });

async function mint(originalUrl = 'https://calendly.com/jordan/30min'): Promise<Link> {
  const [result] = await service.links.mintLinks({
    jobId: `job-${Math.random().toString(36).slice(2)}`,
    links: [{ originalUrl, linkFunction: 'Calendly', linkType: 'networking' }],
  });
  await settled();
  return result?.link as Link;
}

async function watchedPages(afterRevision: number): Promise<Link[][]> {
  const pages: Link[][] = [];
  for await (const page of service.links.watchLinks(afterRevision)) pages.push(page);
  return pages;
}

async function watched(afterRevision = 0): Promise<Link[]> {
  return (await watchedPages(afterRevision)).flat();
}

const lastRevision = async () => (await watched()).at(-1)?.revision ?? 0;

describe('changes made by the service', () => {
  it('announce a new link with its whole state', async () => {
    const link = await mint();
    const [event, ...more] = service.bus.of(link.trackingId);
    expect(more).toEqual([]);
    expect(event).toMatchObject({
      revision: expect.any(Number),
      tracking_id: link.trackingId,
      user_id: 'default',
      job_id: link.jobId,
      link_function: 'Calendly',
      original_url: 'https://calendly.com/jordan/30min',
      redirect_url: link.redirectUrl,
      is_active: true,
      created_at: link.createdAt?.toISOString(),
    });
  });

  it('announce switching off and on again, a repeat not at all', async () => {
    const { trackingId } = await mint();
    await service.editing.editLink(trackingId, { isActive: false });
    const repeated = await service.editing.editLink(trackingId, { isActive: false });
    await settled();
    await service.editing.editLink(trackingId, { isActive: true });
    await settled();
    const events = service.bus.of(trackingId);
    expect(events.map((event) => event.is_active)).toEqual([true, false, true]);
    const revisions = events.map((event) => event.revision);
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    expect(repeated?.deactivatedAt).toBeInstanceOf(Date);
  });
});

describe('changes made by hand', () => {
  it('UPDATE … is_active = false switches the link off, and its time is noted', async () => {
    const { trackingId } = await mint();
    await sql('UPDATE link_tracking SET is_active = false WHERE tracking_id = $1', [trackingId]);
    await settled();
    expect(service.bus.of(trackingId).at(-1)?.is_active).toBe(false);
    const [row] = await sql('SELECT deactivated_at FROM link_tracking WHERE tracking_id = $1', [trackingId]);
    expect(row.deactivated_at).toBeInstanceOf(Date);
  });

  it('UPDATE … original_url moves the link', async () => {
    const { trackingId } = await mint();
    await sql(
      `UPDATE link_tracking SET original_url = 'HTTPS://Example.com/new?a&b' WHERE tracking_id = $1`,
      [trackingId],
    );
    await settled();
    expect(service.bus.of(trackingId).at(-1)?.original_url).toBe('https://example.com/new?a&b');
  });

  it('UPDATE … expires_at and fallback_url reach the gateways', async () => {
    const { trackingId } = await mint();
    await sql(
      `UPDATE link_tracking SET expires_at = '2020-01-01T00:00:00Z', fallback_url = 'https://jordan.example'
       WHERE tracking_id = $1`,
      [trackingId],
    );
    await settled();
    expect(service.bus.of(trackingId).at(-1)).toMatchObject({
      expires_at: '2020-01-01T00:00:00.000Z',
      fallback_url: 'https://jordan.example/',
    });
  });

  it('UPDATE with the values it already has is no change', async () => {
    const { trackingId } = await mint();
    await sql('UPDATE link_tracking SET is_active = is_active WHERE tracking_id = $1', [trackingId]);
    await settled();
    expect(service.bus.of(trackingId)).toHaveLength(1);
  });

  it('INSERT of nothing but a URL makes a whole link', async () => {
    const [{ tracking_id }] = await sql(
      `INSERT INTO link_tracking (original_url) VALUES ('https://example.com/by-hand') RETURNING tracking_id`,
    );
    await settled();
    expect(service.bus.of(tracking_id)).toEqual([
      expect.objectContaining({
        original_url: 'https://example.com/by-hand',
        redirect_url: `https://go.example.com/track/${tracking_id}`,
        user_id: 'default',
        is_active: true,
      }),
    ]);
    const [row] = await sql('SELECT redirect_url FROM link_tracking WHERE tracking_id = $1', [tracking_id]);
    expect(row.redirect_url).toBe(`https://go.example.com/track/${tracking_id}`);
  });

  it('INSERT without a user_id makes a link of the configured default user, and a repeat of its start changes nothing', async () => {
    const other = await runLinkService(database.url, { DEFAULT_USER_ID: 'jordan.avery:1' });
    try {
      const [{ tracking_id }] = await sql(
        `INSERT INTO link_tracking (original_url) VALUES ('https://example.com/jordan') RETURNING tracking_id`,
      );
      expect(await service.links.findLink(tracking_id)).toMatchObject({ userId: 'jordan.avery:1' });
      await service.database.transaction(async (manager) => {
        // A table in use: a start that alters it would wait for ever.
        await manager.query('LOCK TABLE link_tracking IN ACCESS SHARE MODE');
        await (await runLinkService(database.url, { DEFAULT_USER_ID: 'jordan.avery:1' })).stop();
      });
    } finally {
      await other.stop();
      await (await runLinkService(database.url)).stop();
    }
    const [row] = await sql(
      `INSERT INTO link_tracking (original_url) VALUES ('https://example.com/default') RETURNING user_id`,
    );
    expect(row.user_id).toBe('default');
    await settled();
  });

  it('DELETE makes the link inactive at gateways, also for one that catches up later', async () => {
    const before = await lastRevision();
    const { trackingId } = await mint();
    await sql('DELETE FROM link_tracking WHERE tracking_id = $1', [trackingId]);
    await settled();
    expect(service.bus.of(trackingId).map((event) => event.is_active)).toEqual([true, false]);
    expect(await watched(before)).toEqual([expect.objectContaining({ trackingId, isActive: false })]);
    expect(await service.links.findLink(trackingId)).toBeUndefined();
  });

  it('UPDATE … tracking_id switches the old id off and announces the new one', async () => {
    const { trackingId } = await mint();
    const renamed = `${trackingId}_renamed`;
    await sql('UPDATE link_tracking SET tracking_id = $2 WHERE tracking_id = $1', [trackingId, renamed]);
    await settled();
    expect(service.bus.of(trackingId).at(-1)?.is_active).toBe(false);
    expect(service.bus.of(renamed).at(-1)?.is_active).toBe(true);
  });

  it.each([
    ['original_url', 'javascript:alert(1)'],
    ['original_url', 'http://127.0.0.1/'],
    ['original_url', `https://example.com/${'x'.repeat(3000)}`],
    ['link_function', 'no function at all'],
    ['job_id', '<script>'],
    ['fallback_url', 'http://127.0.0.1/'],
    ['expires_at', 'infinity'],
    ['created_at', 'infinity'],
    ['created_at', '0044-03-15 BC'],
  ])('UPDATE … %s = %j leaves the link as it was and the relay running', async (column, value) => {
    const link = await mint();
    await sql(`UPDATE link_tracking SET ${column} = $2 WHERE tracking_id = $1`, [link.trackingId, value]);
    const later = await mint();
    expect(service.bus.of(later.trackingId)).toHaveLength(1);
    expect(service.bus.of(link.trackingId)).toHaveLength(1);
    expect(await service.links.findLink(link.trackingId)).toMatchObject({ originalUrl: link.originalUrl });
    expect((await watched()).find(({ trackingId }) => trackingId === link.trackingId)).toMatchObject({
      originalUrl: link.originalUrl,
      linkFunction: 'Calendly',
    });
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/footfall_links_unusable_rows_total [1-9]/);
  });

  it('DELETE of a row that had become unusable still switches its link off', async () => {
    const { trackingId } = await mint();
    await sql(`UPDATE link_tracking SET original_url = 'nowhere' WHERE tracking_id = $1`, [trackingId]);
    await sql('DELETE FROM link_tracking WHERE tracking_id = $1', [trackingId]);
    await settled();
    expect(service.bus.of(trackingId).at(-1)?.is_active).toBe(false);
  });

  it('reach the gateways from a session whose search path does not hold the schema', async () => {
    const { trackingId } = await mint();
    await service.database.transaction(async (manager) => {
      await manager.query('SET LOCAL search_path = public');
      await manager.query('UPDATE links.link_tracking SET is_active = false WHERE tracking_id = $1', [
        trackingId,
      ]);
    });
    await settled();
    expect(service.bus.of(trackingId).at(-1)?.is_active).toBe(false);
  });
});

describe('revisions', () => {
  it('do not let a reader miss a transaction that began early and commits late', async () => {
    const early = await mint();
    const late = await mint();
    const runner = service.database.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`UPDATE link_tracking SET description = 'early' WHERE tracking_id = $1`, [
      early.trackingId,
    ]);
    await sql(`UPDATE link_tracking SET description = 'late' WHERE tracking_id = $1`, [late.trackingId]);
    await settled();

    const caughtUp = await watched();
    const seen = caughtUp.at(-1)?.revision ?? 0;
    expect(caughtUp.find(({ trackingId }) => trackingId === late.trackingId)?.description).toBe('late');

    await runner.commitTransaction();
    await runner.release();
    await settled();
    expect(await watched(seen)).toEqual([
      expect.objectContaining({ trackingId: early.trackingId, description: 'early' }),
    ]);
  });

  it('are never missed by a reader that follows along while many transactions write and two processes number', async () => {
    const second = await runLinkService(database.url);
    const links = await Promise.all(Array.from({ length: 30 }, () => mint()));
    // Widens the gap between drawing a number and committing it, where a miss would happen.
    await sql(`CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(random() * 0.01); RETURN NEW; END $$`);
    await sql('CREATE TRIGGER dawdle BEFORE INSERT ON link_state FOR EACH ROW EXECUTE FUNCTION dawdle()');
    const seen = new Map<string, string | undefined>();
    let revision = await lastRevision();
    let writing = true;
    const reader = (async () => {
      for (let last = false; !last; ) {
        last = !writing;
        if (last) await settled();
        for await (const page of service.links.watchLinks(revision)) {
          for (const link of page) seen.set(link.trackingId, link.description);
          revision = page.at(-1)?.revision ?? revision;
        }
      }
    })();
    await Promise.all(
      links.map(async ({ trackingId }, i) => {
        for (let round = 0; round < 5; round++) {
          await service.database.transaction(async (manager) => {
            await manager.query('UPDATE link_tracking SET description = $2 WHERE tracking_id = $1', [
              trackingId,
              String(round),
            ]);
            await manager.query('SELECT pg_sleep($1)', [((i * 7 + round * 3) % 10) / 500]);
          });
        }
      }),
    );
    writing = false;
    await reader;
    await second.stop();
    await sql('DROP FUNCTION dawdle CASCADE');
    expect(links.map(({ trackingId }) => seen.get(trackingId))).toEqual(links.map(() => '4'));
  });

  it('are given by one process at a time, so that a slow one cannot bring an old state back', async () => {
    const { trackingId } = await mint();
    const second = await runLinkService(database.url);
    const gate = service.database.createQueryRunner();
    await gate.connect();
    const describeLink = (text: string) =>
      sql('UPDATE link_tracking SET description = $2 WHERE tracking_id = $1', [trackingId, text]);
    const described = async (text: string) =>
      expect(await watched()).toContainEqual(expect.objectContaining({ trackingId, description: text }));
    try {
      // The first process to number the link has read it and drawn a number, and waits before it writes.
      await gate.query('SELECT pg_advisory_lock(42)');
      await sql('CREATE SEQUENCE arrivals');
      await sql(`CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF nextval('arrivals') = 1 THEN PERFORM pg_advisory_xact_lock_shared(42); END IF; RETURN NEW; END $$`);
      await sql(`CREATE TRIGGER wait_at_gate BEFORE INSERT ON link_state FOR EACH ROW
        WHEN (NEW.tracking_id = '${trackingId}') EXECUTE FUNCTION wait_at_gate()`);
      await describeLink('old');
      await eventually(async () => {
        const [{ waiting }] = await sql(
          `SELECT count(*)::int AS waiting FROM pg_locks WHERE locktype = 'advisory' AND objid = 42 AND NOT granted`,
        );
        expect(waiting).toBe(1);
      });
      await describeLink('new');
      // Ten times as long as the other process waits between two looks at the notes.
      await expect(eventually(() => described('new'), { timeoutMs: 1_000 })).rejects.toThrow();
      await gate.query('SELECT pg_advisory_unlock(42)');
      await settled();
      await described('new');
    } finally {
      await gate.query('SELECT pg_advisory_unlock_all()');
      await gate.release();
      await sql('DROP FUNCTION wait_at_gate CASCADE');
      await second.stop();
    }
  });

  it('are given, and links can be caught up with, while the bus is down; events follow when it is back', async () => {
    const before = await lastRevision();
    service.bus.isDown = true;
    const [result] = await service.links.mintLinks({
      jobId: 'job-bus-down',
      links: [{ originalUrl: 'https://example.com/', linkFunction: 'Portfolio', linkType: 'profile' }],
    });
    const trackingId = result?.link?.trackingId ?? '';
    await eventually(async () => {
      expect(await watched(before)).toEqual([expect.objectContaining({ trackingId })]);
    });
    expect(service.bus.of(trackingId)).toEqual([]);
    service.bus.isDown = false;
    await settled();
    expect(service.bus.of(trackingId)).toHaveLength(1);
  });

  it('come in pages of ascending order', async () => {
    await sql(
      `INSERT INTO link_tracking (original_url) SELECT 'https://example.com/' || n FROM generate_series(1, 2300) AS n`,
    );
    await settled();
    const pages = await watchedPages(0);
    const revisions = pages.flat().map((link) => link.revision);
    expect(pages.length).toBeGreaterThanOrEqual(3);
    expect(pages.every((page) => page.length <= 1000)).toBe(true);
    expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
    expect(new Set(revisions).size).toBe(revisions.length);
  });
});

it('hands over to a second process without losing or reordering changes', async () => {
  const second = await runLinkService(database.url);
  try {
    const { trackingId } = await mint();
    for (let i = 0; i < 10; i++) {
      await (i % 2 ? service : second).editing.editLink(trackingId, { isActive: i % 2 === 1 });
    }
    await settled();
    const events = [...service.bus.of(trackingId), ...second.bus.of(trackingId)];
    const newest = events.toSorted((a, b) => a.revision - b.revision).at(-1);
    expect(newest?.is_active).toBe(true);
    expect(new Set(events.map((event) => event.revision)).size).toBe(events.length);
  } finally {
    await second.stop();
  }
});
