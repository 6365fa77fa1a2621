import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { ClickRecorded } from '#contracts';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { CHROME, sampleClick } from '../../test/sample-events.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';
import { ClickIngest } from './click-ingest.js';
import type { ClickRow } from './click-row.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let ingest: ClickIngest;

beforeAll(async () => {
  service = await runAnalyticsService();
  ingest = service.app.get(ClickIngest);
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.truncate(
    'link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks',
  );
});

async function counters(trackingId = 'lt_calendly_abc123') {
  const [row] = await service.dataSource.query(
    `SELECT total_clicks::int, human_clicks::int, machine_clicks::int, other_hits::int, first_click, last_click
     FROM link_counters WHERE tracking_id = $1`,
    [trackingId],
  );
  return row;
}

async function uniqueSessions(scope: string): Promise<number> {
  const [row] = await service.dataSource.query(
    'SELECT sum(unique_sessions)::int AS sessions FROM session_counters WHERE scope_key = hashtextextended($1, 0)',
    [scope],
  );
  return row?.sessions ?? 0;
}

async function rowCount(where = 'true'): Promise<number> {
  const [row] = await service.dataSource.query(
    `SELECT count(*)::int AS rows FROM link_clicks WHERE ${where}`,
  );
  return row.rows;
}

function toRow(overrides: Partial<ClickRow> = {}): ClickRow {
  return {
    clickId: uuidv7(),
    clickedAt: new Date().toISOString(),
    trackingId: 'lt_calendly_abc123',
    userId: 'jordan_avery',
    linkFunction: 'Calendly',
    answer: 'redirect',
    class: 'human',
    score: 0,
    reasons: [],
    clickSource: 'unknown',
    ...overrides,
  };
}

describe('ingest', () => {
  it('counts a redelivered batch once', async () => {
    const batch = [sampleClick(), sampleClick(), sampleClick({ user_agent: 'curl/8.5.0' })];
    await ingest.storeEvents(batch);
    await ingest.storeEvents(batch);
    expect(await counters()).toMatchObject({ total_clicks: 3, human_clicks: 2, machine_clicks: 1 });
    expect(await rowCount()).toBe(3);
  });

  it('counts only what is new of a batch that overlaps, and of one that repeats itself', async () => {
    const clicks = Array.from({ length: 10 }, () => sampleClick());
    await ingest.storeEvents(clicks.slice(0, 6));
    await ingest.storeEvents([...clicks.slice(4), ...clicks.slice(4)]);
    expect(await counters()).toMatchObject({ total_clicks: 10 });
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });

  it('keeps hits that are no navigations apart from the clicks', async () => {
    await ingest.storeEvents([
      sampleClick({ answer: 'preflight', user_agent: 'Microsoft Office Word 2014 (16.0.5)' }),
      sampleClick({ answer: 'probe', method: 'HEAD' }),
      sampleClick({ answer: 'prefetch' }),
      sampleClick(),
    ]);
    expect(await counters()).toMatchObject({ total_clicks: 1, other_hits: 3, machine_clicks: 0 });
    expect(await rowCount("answer = 'preflight' AND click_source = 'document:word'")).toBe(1);
  });

  it('puts each side of midnight at the turn of a month into its own partition and day (UTC)', async () => {
    const last = sampleClick({ occurred_at: '2026-02-28T23:59:59.999Z' });
    const first = sampleClick({ occurred_at: '2026-03-01T00:00:00.000Z' });
    await ingest.storeEvents([first, last]);
    const days = await service.dataSource.query(
      `SELECT to_char(day, 'YYYY-MM-DD') AS day, total_clicks::int AS clicks FROM link_days ORDER BY day`,
    );
    expect(days).toEqual([
      { day: '2026-02-28', clicks: 1 },
      { day: '2026-03-01', clicks: 1 },
    ]);
    const partitions = await service.dataSource.query(
      'SELECT tableoid::regclass::text AS name FROM link_clicks ORDER BY clicked_at',
    );
    expect(partitions).toEqual([{ name: 'link_clicks_2026_02' }, { name: 'link_clicks_2026_03' }]);
    expect(await counters()).toMatchObject({
      first_click: new Date(last.occurred_at),
      last_click: new Date(first.occurred_at),
    });
  });

  it('moves clicks out of the default partition when their month gets one', async () => {
    const farAhead = '2031-05-17T12:00:00.000Z';
    await ingest.storeEvents([sampleClick({ occurred_at: farAhead })]);
    const [before] = await service.dataSource.query(
      'SELECT tableoid::regclass::text AS name FROM link_clicks',
    );
    await service.dataSource.query("SELECT ensure_click_partition('2031-05-01')");
    const [after] = await service.dataSource.query(
      'SELECT tableoid::regclass::text AS name FROM link_clicks',
    );
    expect([before.name, after.name]).toEqual(['link_clicks_default', 'link_clicks_2031_05']);
  });

  it('stores all but the guilty records of a batch and names those', async () => {
    const rows = Array.from({ length: 33 }, () => toRow());
    rows[7] = toRow({ ip: 'not an address' });
    rows[21] = toRow({ metadata: '{broken' });
    const refused = await ingest.store(rows);
    expect(refused.map(({ index }) => index)).toEqual([7, 21]);
    expect(refused[0]?.reason).toMatch(/inet/);
    expect(await counters()).toMatchObject({ total_clicks: 31 });
  });

  it('refuses a moment that PostgreSQL has no year for, alone, and gives odd moments no salt', async () => {
    const moments = ['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'];
    const refused = await ingest.storeEvents([
      ...moments.map((moment) => sampleClick({ occurred_at: moment })),
      sampleClick(),
    ]);
    expect(refused.map(({ index }) => index)).toEqual([0]);
    expect(await rowCount()).toBe(3);
    expect(await rowCount('session_id IS NOT NULL')).toBe(1);
  });

  it('keeps a click whose text holds NUL bytes, lone surrogates, quotes and backslashes', async () => {
    const hostile = 'a\0b\ud800c"d\\e{},NULL\u2028';
    const refused = await ingest.storeEvents([sampleClick({ user_agent: hostile, referrer: hostile })]);
    const [row] = await service.dataSource.query('SELECT user_agent, referrer_url FROM link_clicks');
    const cleaned = 'ab\ufffdc"d\\e{},NULL\u2028';
    expect([refused, row]).toEqual([[], { user_agent: cleaned, referrer_url: cleaned }]);
  });

  it('stores and counts clicks of a link that the read model does not know', async () => {
    await ingest.storeEvents([sampleClick({ tracking_id: 'lt_unheard_of', job_id: 'NULL' })]);
    const [row] = await service.dataSource.query('SELECT job_id, total_clicks::int FROM link_counters');
    expect(row).toEqual({ job_id: 'NULL', total_clicks: 1 });
  });

  it('counts a visitor once per job, also when they click two of its functions', async () => {
    const linkedIn = { tracking_id: 'lt_linkedin_abc123', link_function: 'LinkedIn' };
    await ingest.storeEvents([sampleClick(), sampleClick(linkedIn)]);
    await ingest.storeEvents([sampleClick(linkedIn), sampleClick({ ip: '203.0.113.8' })]);
    expect(await uniqueSessions('j:job-1')).toBe(2);
    expect(await uniqueSessions('l:lt_linkedin_abc123')).toBe(1);
    expect(await uniqueSessions('a:app-1')).toBe(2);
    expect(await uniqueSessions('l:lt_calendly_abc123')).toBe(2);
  });

  it('counts no session of machines, and none of visitors who ask not to be tracked', async () => {
    await ingest.storeEvents([
      sampleClick({ user_agent: 'curl/8.5.0' }),
      sampleClick({ do_not_track: true, class_hint: 'human', ip: undefined, user_agent: undefined }),
    ]);
    expect(await uniqueSessions('j:job-1')).toBe(0);
    expect(await counters()).toMatchObject({ total_clicks: 2, human_clicks: 1 });
    expect(await rowCount('session_id IS NULL AND user_agent IS NULL AND ip_address IS NULL')).toBe(1);
  });

  it('stores nothing of a visitor who asks not to be tracked, whatever the event carries', async () => {
    await ingest.storeEvents([
      sampleClick({ do_not_track: true, class_hint: 'machine', referrer: 'https://mail.google.com/' }),
    ]);
    const [row] = await service.dataSource.query(
      `SELECT ip_address, user_agent, referrer_url, session_id, class, facts->'headers' AS headers FROM link_clicks`,
    );
    expect(row).toEqual({
      ip_address: null,
      user_agent: null,
      referrer_url: null,
      session_id: null,
      class: 'machine',
      headers: null,
    });
  });

  it('never stores the address of a click that arrives past the age at which addresses go', async () => {
    const old = new Date(Date.now() - 91 * 86_400_000).toISOString();
    await ingest.storeEvents([sampleClick({ occurred_at: old }), sampleClick()]);
    expect(await rowCount('ip_address IS NULL AND facts IS NULL')).toBe(1);
    expect(await rowCount('ip_address IS NOT NULL')).toBe(1);
  });

  it('keeps counters equal to rows under eight writers with shuffled, overlapping batches', async () => {
    const clicks = Array.from({ length: 3_000 }, (_, i) => scattered(i));
    const batches = Array.from({ length: 40 }, () => sampleOf(clicks, 200));
    const writers = Array.from({ length: 8 }, (_, writer) =>
      batches.filter((_batch, index) => index % 8 === writer),
    );
    await Promise.all(
      writers.map(async (own) => {
        for (const batch of own) await ingest.storeEvents(batch);
        await ingest.storeEvents(sampleOf(clicks, clicks.length));
      }),
    );
    expect(await rowCount()).toBe(3_000);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  }, 60_000);

  it('tells when counters and rows differ', async () => {
    await ingest.storeEvents([sampleClick()]);
    await service.dataSource.query('UPDATE link_counters SET total_clicks = 2');
    expect(await listDiscrepancies(service.dataSource)).toEqual([
      { counter: 'link_counters.total_clicks', key: 'lt_calendly_abc123', counted: 2, rows: 1 },
    ]);
  });
});

/** Clicks over a few links, jobs, visitors, days and classes, so that writers meet on the same counters. */
function scattered(i: number): ClickRecorded {
  const functions = ['Calendly', 'LinkedIn', 'Portfolio'];
  return sampleClick({
    occurred_at: new Date(Date.now() - (i % 5) * 86_400_000).toISOString(),
    tracking_id: `lt_link_${i % 13}`,
    link_function: functions[i % 3] ?? 'Calendly',
    job_id: i % 4 === 0 ? undefined : `job-${i % 5}`,
    application_id: i % 7 === 0 ? undefined : `app-${i % 11}`,
    ip: `198.51.100.${i % 50}`,
    user_agent: i % 10 === 0 ? 'curl/8.5.0' : CHROME,
    answer: i % 17 === 0 ? 'probe' : 'redirect',
  });
}

function sampleOf<T>(items: readonly T[], size: number): T[] {
  const shuffled = [...items];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
  }
  return shuffled.slice(0, size);
}
