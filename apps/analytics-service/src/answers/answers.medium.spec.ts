import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleLink } from '../../test/sample-events.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import type { ClickRow } from '../ingest/click-row.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';

const FROM = Date.UTC(2026, 2, 5);
const DAYS = 40;
/** Jordan has two Calendly links at one job; Robin applied there too, under an application id that Jordan uses as well. */
const LINKS = [
  { id: 'lt_a', user: 'jordan', job: 'job-1', app: 'app-1', name: 'Calendly' },
  { id: 'lt_b', user: 'jordan', job: 'job-1', app: 'app-2', name: 'Calendly' },
  { id: 'lt_c', user: 'jordan', job: 'job-1', app: 'app-1', name: 'LinkedIn' },
  { id: 'lt_d', user: 'robin', job: 'job-1', app: 'app-1', name: 'Calendly' },
  { id: 'lt_e', user: 'robin', job: 'job-2', app: 'app-3', name: 'Portfolio' },
] as const;
type Class = 'human' | 'machine' | 'suspected' | 'self';
const CLASSES: readonly Class[] = ['human', 'human', 'machine', 'suspected', 'self'];

const keysDir = mkdtempSync(join(tmpdir(), 'footfall-keys-'));
const keysFile = join(keysDir, 'keys.txt');
const hash = (key: string) => createHash('sha256').update(key).digest('hex');
writeFileSync(keysFile, `all:${hash('all')}\njordan:${hash('jordan')}:jordan\n`);

let service: Awaited<ReturnType<typeof runAnalyticsService>>;

/** Clicks at odd moments, one on each side of many midnights. */
const CLICKS = Array.from({ length: 1_200 }, (_, i) => {
  const link = LINKS[i % LINKS.length] ?? LINKS[0];
  const noise = Math.imul(i + 1, 2_654_435_761) >>> 0;
  const atMs = FROM + (noise % (DAYS * 86_400)) * 1_000 + (i % 7 === 0 ? 0 : 137);
  return { link, atMs, class: CLASSES[(noise >>> 3) % CLASSES.length] ?? 'human', visitor: noise % 90 };
});

function toRow({ link, atMs, class: clickClass, visitor }: (typeof CLICKS)[number]): ClickRow {
  const clickedAt = new Date(atMs).toISOString();
  return {
    clickId: uuidv7(),
    clickedAt,
    trackingId: link.id,
    userId: link.user,
    jobId: link.job,
    applicationId: link.app,
    linkFunction: link.name,
    answer: 'redirect',
    class: clickClass,
    score: 0,
    reasons: [],
    // As the gateway's: of one day and one candidate.
    sessionId: `${clickedAt.slice(0, 10)} ${visitor} ${link.user}`,
    clickSource: 'unknown',
  };
}

beforeAll(async () => {
  service = await runAnalyticsService({}, undefined, { apiKeysFile: keysFile });
  await service.app
    .get(LinkChangedProjector)
    .handle(
      LINKS.map(({ id, user, job, app, name }) =>
        sampleLink({ tracking_id: id, user_id: user, job_id: job, application_id: app, link_function: name }),
      ),
    );
  const ingest = service.app.get(ClickIngest);
  for (let i = 0; i < CLICKS.length; i += 300) await ingest.store(CLICKS.slice(i, i + 300).map(toRow));
});
afterAll(async () => {
  await service.stop();
  rmSync(keysDir, { recursive: true });
});

async function ask(path: string, key = 'all') {
  const url = `/api/link-tracking/${path}`;
  const response = await service.app.inject({ method: 'GET', url, headers: { 'x-api-key': key } });
  return { status: response.statusCode, body: response.json() };
}

interface Wanted {
  fromMs: number;
  toMs: number;
  classes?: readonly string[];
  where: (link: (typeof LINKS)[number]) => boolean;
}

/** The same by looking at every click. */
function count({ fromMs, toMs, classes, where }: Wanted) {
  const clicks = CLICKS.filter(
    (click) =>
      where(click.link) &&
      click.atMs >= fromMs &&
      click.atMs < toMs &&
      (!classes || classes.includes(click.class)),
  );
  const people = clicks.filter((click) => click.class === 'human');
  const moments = clicks.map(({ atMs }) => atMs).sort((a, b) => a - b);
  const iso = (ms: number | undefined) => (ms === undefined ? null : new Date(ms).toISOString());
  return {
    total_clicks: clicks.length,
    human_clicks: people.length,
    unique_sessions: new Set(people.map((click) => toRow(click).sessionId)).size,
    first_click: iso(moments[0]),
    last_click: iso(moments.at(-1)),
  };
}

const hours = (offset: number) => offset * 3_600_000;
/** Offsets in March and April 2026, with a change of clocks in some. */
const PERIODS = [
  { query: '', fromMs: 0, toMs: Number.MAX_SAFE_INTEGER },
  { query: 'from=2026-03-10&to=2026-03-20', fromMs: Date.UTC(2026, 2, 10), toMs: Date.UTC(2026, 2, 20) },
  {
    query: 'from=2026-03-10&to=2026-03-11&timezone=Asia/Kathmandu',
    fromMs: Date.UTC(2026, 2, 10) - hours(5.75),
    toMs: Date.UTC(2026, 2, 11) - hours(5.75),
  },
  {
    query: 'from=2026-03-20&to=2026-04-02&timezone=Europe/Berlin',
    fromMs: Date.UTC(2026, 2, 20) - hours(1),
    toMs: Date.UTC(2026, 3, 2) - hours(2),
  },
  {
    query: 'from=2026-03-07&to=2026-03-09&timezone=America/New_York',
    fromMs: Date.UTC(2026, 2, 7) + hours(5),
    toMs: Date.UTC(2026, 2, 9) + hours(4),
  },
  {
    query: 'from=2026-03-30&timezone=Pacific/Kiritimati',
    fromMs: Date.UTC(2026, 2, 30) - hours(14),
    toMs: Infinity,
  },
  { query: 'to=2026-03-12T10:15:00Z', fromMs: 0, toMs: Date.UTC(2026, 2, 12, 10, 15) },
  {
    query: 'from=2026-03-12T10:15:00Z&to=2026-03-12T19:30:00Z',
    fromMs: Date.UTC(2026, 2, 12, 10, 15),
    toMs: Date.UTC(2026, 2, 12, 19, 30),
  },
];
const CASES = PERIODS.flatMap((period) =>
  [undefined, ['human'], ['machine', 'self'], ['suspected']].map((classes) => ({
    ...period,
    classes,
    query: [period.query, classes && `class=${classes.join()}`].filter(Boolean).join('&'),
  })),
);

describe.each(CASES)('with "$query"', ({ query, fromMs, toMs, classes }) => {
  const counted = (where: Wanted['where']) => count({ fromMs, toMs, classes, where });

  it('counts a link’s clicks, and shows those alone', async () => {
    const expected = counted(({ id }) => id === 'lt_a');
    const { body } = await ask(`analytics/lt_a?limit=7&${query}`);
    expect(body.click_statistics).toMatchObject(expected);
    const seen: string[] = [];
    for (let page = body; ; ) {
      seen.push(...page.click_timeline.map(({ clicked_at }: { clicked_at: string }) => clicked_at));
      if (!page.next_cursor) break;
      page = (await ask(`analytics/lt_a?limit=90&cursor=${page.next_cursor}&${query}`)).body;
    }
    expect([seen.length, seen[0] ?? null, seen.at(-1) ?? null]).toEqual([
      expected.total_clicks,
      expected.last_click,
      expected.first_click,
    ]);
    expect([...seen].sort().reverse()).toEqual(seen);
  });

  it('counts a job’s, by function, and of one candidate', async () => {
    const { body } = await ask(`job/job-1/links?${query}`);
    const { first_click: _f, last_click: _l, ...whole } = counted(({ job }) => job === 'job-1');
    expect(body).toMatchObject(whole);
    expect(body.Calendly).toMatchObject(counted(({ job, name }) => job === 'job-1' && name === 'Calendly'));
    const jordan = (await ask(`job/job-1/links?user_id=jordan&${query}`)).body;
    const own = counted(({ job, user }) => job === 'job-1' && user === 'jordan');
    expect(jordan).toMatchObject({ total_clicks: own.total_clicks, unique_sessions: own.unique_sessions });
    expect(jordan.Calendly).toMatchObject(counted(({ id }) => id === 'lt_a' || id === 'lt_b'));
  });

  it('counts an application’s, page by page', async () => {
    const { first_click: _f, last_click: _l, ...whole } = counted(({ app }) => app === 'app-1');
    const first = (await ask(`application/app-1/links?limit=2&${query}`)).body;
    expect(first).toMatchObject({ ...whole, total_tracked_links: 3 });
    const second = (await ask(`application/app-1/links?limit=2&cursor=${first.next_cursor}&${query}`)).body;
    expect(second).toMatchObject({ ...whole, next_cursor: null });
    const links = [...first.tracked_links, ...second.tracked_links];
    expect(links.map(({ tracking_id }: { tracking_id: string }) => tracking_id)).toEqual([
      'lt_a',
      'lt_c',
      'lt_d',
    ]);
    for (const link of links) {
      const { total_clicks, unique_sessions: _, ...rest } = counted(({ id }) => id === link.tracking_id);
      expect(link).toMatchObject({ ...rest, click_count: total_clicks });
    }
  });
});

describe.each(CASES.filter(({ toMs, fromMs }) => fromMs > 0 && Number.isFinite(toMs)))(
  'a report with "$query"',
  ({ query, fromMs, toMs, classes }) => {
    it.each([
      ['of all', '', () => true],
      ['of a candidate', '&user_id=robin', ({ user }: { user: string }) => user === 'robin'],
      ['of a job', '&job_id=job-1', ({ job }: { job: string }) => job === 'job-1'],
      ['of a function', '&function=Calendly', ({ name }: { name: string }) => name === 'Calendly'],
    ])('%s counts the period, each function and each local day', async (_what, more, where) => {
      const { body } = await ask(`report?${query}${more}`);
      const { total_clicks, human_clicks } = count({ fromMs, toMs, classes, where });
      expect(body.overall_statistics).toMatchObject({ total_clicks, human_clicks });
      const functions = body.function_performance.map((row: Record<string, unknown>) => [
        row.function,
        row.total_clicks,
      ]);
      const names = [...new Set(LINKS.filter(where).map(({ name }) => name))];
      expect(Object.fromEntries(functions)).toEqual(
        Object.fromEntries(
          names.map((name) => [
            name,
            count({ fromMs, toMs, classes, where: (link) => where(link) && link.name === name }).total_clicks,
          ]),
        ),
      );
      const timeZone = new URLSearchParams(query).get('timezone') ?? 'UTC';
      const day = new Intl.DateTimeFormat('en-CA', { timeZone });
      const byDay = new Map<string, number>();
      for (const click of CLICKS) {
        if (!where(click.link) || click.atMs < fromMs || click.atMs >= toMs) continue;
        if (classes && !classes.includes(click.class)) continue;
        const name = day.format(click.atMs);
        byDay.set(name, (byDay.get(name) ?? 0) + 1);
      }
      const trends: { click_date: string; clicks: number }[] = body.daily_trends;
      expect(new Map(trends.filter(({ clicks }) => clicks > 0).map((t) => [t.click_date, t.clicks]))).toEqual(
        byDay,
      );
    });
  },
);

describe('a key bound to a candidate', () => {
  it('is answered of that candidate’s links alone', async () => {
    expect((await ask('analytics/lt_a', 'jordan')).status).toBe(200);
    const other = await ask('analytics/lt_d', 'jordan');
    expect([other.status, other.body.code]).toEqual([404, 'tracking_id_not_found']);
    expect((await ask('job/job-1/links', 'jordan')).body).toMatchObject({ total_links: 3 });
    expect((await ask('job/job-2/links', 'jordan')).body).toMatchObject({ total_links: 0, total_clicks: 0 });
    expect((await ask('application/app-1/links', 'jordan')).body).toMatchObject({ total_tracked_links: 2 });
    const report = (await ask('report?from=2026-03-01&to=2026-05-01', 'jordan')).body;
    expect(report.overall_statistics).toMatchObject({
      total_links: 3,
      total_clicks: CLICKS.filter(({ link }) => link.user === 'jordan').length,
    });
    expect((await ask('report?user_id=robin', 'jordan')).status).toBe(403);
  });

  it('exports that candidate’s clicks alone', async () => {
    const headers = { 'x-api-key': 'jordan' };
    const { payload } = await service.app.inject({ method: 'GET', url: '/api/clicks.csv', headers });
    const lines = payload.trim().split('\r\n').slice(1);
    expect(lines.length).toBe(CLICKS.filter(({ link }) => link.user === 'jordan').length);
    expect(payload).not.toContain('robin');
  });
});

it('exports one link’s clicks, each once and in the order of time', async () => {
  const { payload } = await service.app.inject({
    url: '/api/clicks.csv?tracking_id=lt_a',
    headers: { 'x-api-key': 'all' },
  });
  const moments = payload
    .trim()
    .split('\r\n')
    .slice(1)
    .map((line) => Date.parse(line.split(',')[1] ?? ''));
  const expected = CLICKS.filter(({ link }) => link.id === 'lt_a').map(({ atMs }) => atMs);
  expect(moments).toEqual(expected.toSorted((a, b) => a - b));
});

describe('what cannot be answered', () => {
  it.each([
    ['report?timezone=Mars/Olympus', /timezone.*name of a time zone/],
    ['report?timezone=%2B05:30', /timezone.*name of a time zone/],
    ['report?from=2026-03-02&to=2026-03-02', /from.*before to/],
    ['analytics/lt_a?from=2026-03-03&to=2026-03-02', /from.*before to/],
    ['report?from=2026-03-02T10:10:00Z', /from.*quarters of an hour/],
    ['report?from=2020-03-02', /from.*at most 366 days/],
    ['report?days=7&from=2026-03-02', /days.*beside from or to/],
    ['job/job-1/links?days=0', /days.*1 to 366/],
    ['job/job-1/links?class=person', /class.*one or more of/],
    ['job/job-1/links?class=', /class.*one or more of/],
    ['application/app-1/links?user_id=a%20b', /user_id.*1 to 100 characters/],
    ['application/app-1/links?limit=1001', /limit.*1 to 1000/],
    ['application/app-1/links?cursor=x', /cursor.*next_cursor/],
    ['analytics/lt_a?cursor=MjAyNi0xMy00NVQ5OTo5OTo5OS45OTk5OTlaIDE', /cursor.*next_cursor/],
    ['analytics/lt_a?from=2026-02-30', /from.*day or a UTC moment/],
    ['report?function=1', /function.*not the name/],
  ])('%s says what is wrong', async (path, message) => {
    const { status, body } = await ask(path);
    expect([status, body.code, body.error]).toEqual([400, 'invalid_request', expect.stringMatching(message)]);
  });
});

it('leaves counters equal to clicks', async () => {
  expect(await listDiscrepancies(service.dataSource)).toEqual([]);
});
