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
  await service.truncate(`link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, settling, flagged_networks,
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
    ['funnel?group_by=weather', 'group_by: must be one of job_board, company, function'],
    ['funnel?compare=previous&from=2026-01-01', 'compare: needs from and to'],
    ['engagement-summary?timezone=Nowhere', 'timezone: must be the name of a time zone'],
    ['link-function-effectiveness?from=tomorrow', 'from: must be a day or a UTC moment'],
    ['application-engagement/a%20b', 'must be 1 to 100 characters'],
  ])('refuse %s', async (path, message) => {
    const { status, body } = await get(path);
    expect(status).toBe(400);
    expect(body.error).toContain(message);
  });
});
