import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClickRecorded } from '#contracts';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick, sampleDocument, sampleLink } from '../../test/sample-events.js';
import { ApplicationRefresh } from '../applications/application-refresh.service.js';
import { DocumentGeneratedProjector } from '../consumers/document-generated.projector.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';
import { SettlingService } from '../settling/settling.service.js';

const folder = mkdtempSync(join(tmpdir(), 'footfall-insights-'));
const keyOf = (user: string) => `key-of-${user}`;
let service: Awaited<ReturnType<typeof runAnalyticsService>>;

beforeAll(async () => {
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
  const lines = ['jordan_avery', 'robin_lee'].map((user) => `${user}:${sha256(keyOf(user))}:${user}`);
  const apiKeysFile = join(folder, 'keys');
  writeFileSync(apiKeysFile, [...lines, `service:${sha256(keyOf('service'))}`].join('\n'));
  service = await runAnalyticsService({}, undefined, { apiKeysFile });
});
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await service.truncate(`link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks,
       links, applications, application_functions, application_documents, stale_applications, bookings`);
  await service.app.get(DocumentGeneratedProjector).handle([sampleDocument()]);
  await service.app.get(LinkChangedProjector).handle([sampleLink(), sampleLink(LINKEDIN)]);
});

const LINKEDIN = { tracking_id: 'lt_linkedin_1', link_function: 'LinkedIn' };
/** Yesterday noon: no day turns in the middle, and sessions are told apart. */
const NOON = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000;
let minute = 0;

function clickFrom(ip: string, overrides: Partial<ClickRecorded> = {}) {
  return sampleClick({ ip, occurred_at: new Date(NOON + ++minute * 60_000).toISOString(), ...overrides });
}

async function get(path: string, as = 'service') {
  const response = await service.app.inject({
    method: 'GET',
    url: `/api/analytics/${path}`,
    headers: { 'x-api-key': keyOf(as) },
  });
  return { status: response.statusCode, body: response.json() };
}

async function engagementAfter(clicks: ClickRecorded[]) {
  await service.app.get(ClickIngest).storeEvents(clicks);
  await service.app.get(SettlingService).settleDue(new Date(Date.now() + 200_000));
  await service.app.get(ApplicationRefresh).refreshAll();
  return (await get('application-engagement/app-1')).body;
}

describe('the engagement of an application', () => {
  it('counts people, not clicks, and somebody who clicked two links once', async () => {
    const body = await engagementAfter([
      ...['11.0.0.1', '11.0.1.1', '11.0.2.1', '11.0.3.1', '11.0.4.1'].map((ip) => clickFrom(ip)),
      clickFrom('11.0.0.1'),
      clickFrom('11.0.0.1', LINKEDIN),
    ]);
    expect(body).toMatchObject({
      engagement: 'high',
      human_clicks: 7,
      people: 5,
      people_is_lower_bound: false,
      sentence: '5 people clicked a link for Marketing Manager at Tech Corp',
      score: 70,
      functions: [
        {
          link_function: 'Calendly',
          people: 5,
          sentence: '5 people clicked Calendly for Marketing Manager at Tech Corp',
        },
        {
          link_function: 'LinkedIn',
          people: 1,
          sentence: '1 person clicked LinkedIn for Marketing Manager at Tech Corp',
        },
      ],
    });
    expect(
      body.score_parts.map(({ part, points }: { part: string; points: number }) => [part, points]),
    ).toEqual([
      ['opened', 30],
      ['people', 20],
      ['breadth', 10],
      ['calendar', 10],
      ['booked', 0],
    ]);
    const { body: held } = await get('engagement-summary');
    expect(held.total).toMatchObject({ avg_score: body.score, human_clicks: 7 });
  });

  it('tells scanners apart from each other, over all links too', async () => {
    const scanner = (ip: string, user_agent: string) => [
      clickFrom(ip, { user_agent }),
      clickFrom(ip, { user_agent, ...LINKEDIN }),
    ];
    const body = await engagementAfter([
      ...scanner('11.0.0.1', 'curl/8.5.0'),
      ...scanner('11.0.0.1', 'Slackbot 1.0'),
      clickFrom('11.0.2.1', { user_agent: 'curl/8.5.0' }),
      clickFrom('11.0.3.1', { headers: { accept: 'text/html' } }),
    ]);
    expect(body).toMatchObject({
      engagement: 'none',
      score: 0,
      scanners: 3,
      sentence:
        'No person has clicked a link for Marketing Manager at Tech Corp yet; 3 scanners have, and 1 click may be a person’s',
      functions: [
        { link_function: 'Calendly', scanners: 3, suspected_clicks: 1 },
        {
          sentence: 'No person has clicked LinkedIn for Marketing Manager at Tech Corp yet; 2 scanners have',
        },
      ],
    });
  });

  it('says “at least” of visitors who asked not to be tracked', async () => {
    const anonymous = () =>
      clickFrom('11.0.0.1', {
        do_not_track: true,
        class_hint: 'human',
        ip: undefined,
        user_agent: undefined,
      });
    expect(await engagementAfter([anonymous()])).toMatchObject({
      people: 1,
      sentence: '1 person clicked Calendly for Marketing Manager at Tech Corp',
    });
    expect(await engagementAfter([anonymous(), clickFrom('11.0.1.1')])).toMatchObject({
      people: 2,
      sentence: 'At least 2 people clicked Calendly for Marketing Manager at Tech Corp',
    });
  });

  it('is there before anybody clicks, but not of what is no application', async () => {
    expect(await engagementAfter([])).toMatchObject({
      sentence: 'No person has clicked a link for Marketing Manager at Tech Corp yet',
      opened_at: null,
    });
    expect(await get('application-engagement/app-404')).toMatchObject({ status: 404 });
  });
});

const OFFICE = { ip: '11.0.9.1', user_agent: 'Microsoft Office Word 2014 (16.0.1) Windows NT 10.0' };
const dayOf = (daysLater: number) => new Date(NOON + daysLater * 86_400_000).toISOString().slice(0, 10);

describe('where clicks came from', () => {
  const clicks = () => [
    clickFrom('11.0.0.1', { referrer: 'https://mail.google.com/' }),
    clickFrom('11.0.1.1', { referrer: 'https://mail.google.com/' }),
    clickFrom('11.0.2.1', { referrer: 'https://www.linkedin.com/feed/', user_agent: 'curl/8.5.0' }),
    clickFrom('11.0.3.1', { user_id: 'robin_lee', referrer: 'https://ca.indeed.com/' }),
    clickFrom('11.0.4.1', { answer: 'probe', method: 'HEAD', referrer: 'https://ca.indeed.com/' }),
  ];

  it('is told of people and machines, most people first', async () => {
    await engagementAfter(clicks());
    const { body } = await get('sources');
    expect(body).toMatchObject({ total_clicks: 4, human_clicks: 3, sources_left_off: 0 });
    expect(body.sources).toEqual([
      { ...NO_FIGURES, source: 'email', total_clicks: 2, human_clicks: 2 },
      { ...NO_FIGURES, source: 'job_board', total_clicks: 1, human_clicks: 1 },
      { ...NO_FIGURES, source: 'linkedin', total_clicks: 1, machine_clicks: 1 },
    ]);
    expect((await get('sources', 'robin_lee')).body.sources).toMatchObject([{ source: 'job_board' }]);
    expect((await get('sources?user_id=jordan_avery', 'robin_lee')).status).toBe(403);
  });

  it('follows the day of the zone, and the period before is as long', async () => {
    await engagementAfter(clicks());
    const ask = (day: number, zone: string) =>
      get(`sources?from=${dayOf(day)}&to=${dayOf(day + 1)}&timezone=${zone}&compare=previous`);
    expect((await ask(0, 'UTC')).body).toMatchObject({ total_clicks: 4, previous: { total_clicks: 0 } });
    expect((await ask(1, 'UTC')).body).toMatchObject({ total_clicks: 0, previous: { total_clicks: 4 } });
    // At noon and fourteen hours ahead it is tomorrow.
    expect((await ask(1, 'Pacific/Kiritimati')).body).toMatchObject({ total_clicks: 4 });
    expect((await ask(0, 'Pacific/Kiritimati')).body).toMatchObject({ total_clicks: 0, sources: [] });
  });

  it('moves when a click settles', async () => {
    const at = (seconds: number) => ({ occurred_at: new Date(NOON + seconds * 1_000).toISOString() });
    await engagementAfter([
      clickFrom('11.0.9.1', { ...OFFICE, ...at(0), answer: 'preflight', method: 'OPTIONS' }),
      clickFrom('11.0.9.1', at(30)),
    ]);
    expect((await get('sources')).body.sources).toEqual([
      { ...NO_FIGURES, source: 'document:word', total_clicks: 1, human_clicks: 1 },
    ]);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });
});

const NO_FIGURES = {
  total_clicks: 0,
  human_clicks: 0,
  machine_clicks: 0,
  suspected_clicks: 0,
  duplicate_clicks: 0,
};

describe('the best jobs', () => {
  it('are those that drew most people, under the name of what was sent last', async () => {
    const of = (job: string) => ({
      job_id: job,
      application_id: `app-of-${job}`,
      tracking_id: `lt_of_${job}`,
    });
    const documents = ['quiet', 'loud'].map((job) =>
      sampleDocument({ ...of(job), company: `Company ${job}`, position: '=Manager' }),
    );
    await service.app.get(DocumentGeneratedProjector).handle(documents);
    await service.app.get(LinkChangedProjector).handle([sampleLink(of('quiet')), sampleLink(of('loud'))]);
    await engagementAfter([clickFrom('11.0.0.1', of('loud')), clickFrom('11.0.1.1', of('loud'))]);
    const { body } = await get('jobs?limit=1');
    expect(body).toMatchObject({
      jobs_left_off: 2,
      jobs: [
        { job_id: 'loud', company: 'Company loud', applications: 1, opened: 1, people: 2, human_clicks: 2 },
      ],
    });
    expect((await get('jobs', 'robin_lee')).body.jobs).toEqual([]);
    expect((await get('funnel?group_by=job')).body.groups).toContainEqual(
      expect.objectContaining({ group: 'loud', sent: 1, opened: 1, human_clicks: 2 }),
    );
    const csv = await service.app.inject({
      url: '/api/analytics/jobs.csv?limit=1',
      headers: { 'x-api-key': keyOf('jordan_avery') },
    });
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.payload.split('\r\n')[1]).toMatch(/^loud,Company loud,'=Manager,,1,1,0,2,2,\d+,/);
  });

  it.each(['funnel.csv?group_by=company', 'sources.csv'])('have lists beside them: %s', async (path) => {
    await engagementAfter([clickFrom('11.0.0.1')]);
    const { payload } = await service.app.inject({
      url: `/api/analytics/${path}`,
      headers: { 'x-api-key': keyOf('service') },
    });
    expect(payload).toMatch(/^(group|source),.*\r\n(Tech Corp|document-or-app),1,1,0,/);
  });
});

describe('groups of the funnel', () => {
  it('take names in whatever case for one, with the times of all of them', async () => {
    const link = { application_id: 'app-2', tracking_id: 'lt_calendly_2' };
    const sent = { occurred_at: new Date(NOON).toISOString() };
    await service.app
      .get(DocumentGeneratedProjector)
      .handle([
        sampleDocument(sent),
        sampleDocument({ ...sent, application_id: 'app-2', company: 'TECH CORP' }),
      ]);
    await service.app.get(LinkChangedProjector).handle([sampleLink(link)]);
    await engagementAfter([clickFrom('11.0.0.1'), clickFrom('11.0.1.1', link)]);
    const { body } = await get('funnel?group_by=company');
    expect(body.groups).toEqual([
      expect.objectContaining({ group: 'TECH CORP', sent: 2, opened: 2, human_clicks: 2 }),
    ]);
    expect(body.groups[0].median_hours).toEqual(body.total.median_hours);
    expect(body.total.median_hours.sent_to_opened.n).toBe(2);
  });
});

describe('insights', () => {
  it('show a bound key its own user’s applications alone', async () => {
    await engagementAfter([clickFrom('11.0.0.1')]);
    expect((await get('application-engagement/app-1', 'jordan_avery')).status).toBe(200);
    expect((await get('application-engagement/app-1', 'robin_lee')).status).toBe(404);
    expect((await get('funnel', 'jordan_avery')).body.total).toMatchObject({ sent: 1, opened: 1 });
    expect((await get('funnel?group_by=function', 'robin_lee')).body).toMatchObject({
      total: { sent: 0 },
      groups: [],
    });
    expect((await get('engagement-summary', 'robin_lee')).body.total.applications).toBe(0);
    expect((await get('link-function-effectiveness', 'robin_lee')).body.functions).toEqual([]);
    expect((await get('engagement-to-outcome?user_id=jordan_avery', 'robin_lee')).status).toBe(403);
  });

  it('answer nothing of nothing', async () => {
    const { body } = await get('funnel?job_id=job-404&group_by=company');
    expect(body).toMatchObject({ total: { sent: 0, rates: { opened: { rate: null, n: 0 } } }, groups: [] });
    expect(body.total.median_hours.sent_to_opened).toEqual({ hours: null, n: 0 });
    expect((await get('engagement-to-outcome?job_board=None')).body.engagements).toHaveLength(3);
  });

  it.each([
    ['funnel?group_by=weather', 'group_by: must be one of job_board, company, function, job'],
    ['funnel?compare=previous&from=2026-01-01', 'compare: needs from and to'],
    ['funnel.csv', 'group_by: must be one of'],
    ['jobs?limit=101', 'limit: must be a whole number from 1 to 100'],
    ['sources?compare=previous', 'compare: needs from and to'],
    ['sources?from=2026-01-01T00:01:00Z', 'must lie on quarters of an hour'],
    ['engagement-summary?timezone=Nowhere', 'timezone: must be the name of a time zone'],
    ['link-function-effectiveness?from=tomorrow', 'from: must be a day or a UTC moment'],
    ['application-engagement/a%20b', 'must be 1 to 100 characters'],
  ])('refuse %s', async (path, message) => {
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body.error).toContain(message);
  });
});
