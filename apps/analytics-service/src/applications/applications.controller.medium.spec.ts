import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick, sampleDocument, sampleLink } from '../../test/sample-events.js';
import { DocumentGeneratedProjector } from '../consumers/document-generated.projector.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { ApplicationRefresh } from './application-refresh.service.js';

const KEYS = { jordan_avery: 'key-of-jordan', robin_lee: 'key-of-robin', service: 'key-of-a-service' };
const folder = mkdtempSync(join(tmpdir(), 'footfall-applications-'));
let service: Awaited<ReturnType<typeof runAnalyticsService>>;

beforeAll(async () => {
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
  const lines = ['jordan_avery', 'robin_lee'].map(
    (user) => `${user}:${sha256(KEYS[user as 'robin_lee'])}:${user}`,
  );
  const apiKeysFile = join(folder, 'keys');
  writeFileSync(apiKeysFile, [...lines, `service:${sha256(KEYS.service)}`].join('\n'));
  service = await runAnalyticsService({}, undefined, { apiKeysFile });
});
afterAll(async () => {
  await service?.stop();
  rmSync(folder, { recursive: true });
});
const forgetAll = () =>
  service.truncate(`link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks,
       links, applications, application_functions, application_documents, stale_applications, bookings`);

type Caller = keyof typeof KEYS;

async function call(
  method: 'GET' | 'PUT',
  path: string,
  { body, as = 'service' }: { body?: object; as?: Caller } = {},
) {
  const response = await service.app.inject({
    method,
    url: `/api/applications${path}`,
    headers: { 'x-api-key': KEYS[as] },
    ...(body && { payload: body }),
  });
  return { status: response.statusCode, body: response.json() };
}

const get = (path: string, as?: Caller) => call('GET', path, as && { as });
const put = (path: string, body: object, as?: Caller) => call('PUT', path, { body, ...(as && { as }) });
const refresh = () => service.app.get(ApplicationRefresh).refreshAll();
const documents = (...events: Parameters<typeof sampleDocument>[0][]) =>
  service.app.get(DocumentGeneratedProjector).handle(events.map((event) => sampleDocument(event)));

describe('an application', () => {
  beforeEach(forgetAll);

  it('is filled from its documents, and says when and by what it counts as sent', async () => {
    await documents({ occurred_at: '2026-01-05T10:00:00.000Z' });
    await documents({
      occurred_at: '2026-01-03T10:00:00.000Z',
      company: 'Other Corp',
      job_board: 'LinkedIn',
    });
    const { status, body } = await get('/app-1');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      application_id: 'app-1',
      user_id: 'jordan_avery',
      job_id: 'job-1',
      company: 'Tech Corp',
      title: 'Marketing Manager',
      job_board: 'LinkedIn',
      sent_at: '2026-01-03T10:00:00.000Z',
      sent_at_source: 'document',
      outcome: 'none',
      opened_at: null,
      score: 0,
      set_by_person: [],
      functions: [],
    });
  });

  it('keeps what a person has set, and what they took away, whatever documents say later', async () => {
    await documents({});
    const set = { company: ' Tech Corporation ', title: null, sent_at: '2026-01-02', outcome: 'interview' };
    expect((await put('/app-1', set)).status).toBe(200);
    await documents({ company: 'Later Corp', position: 'Later Title', job_board: 'Indeed' });
    expect((await get('/app-1')).body).toMatchObject({
      company: 'Tech Corporation',
      title: null,
      job_board: 'Indeed',
      sent_at: '2026-01-02T00:00:00.000Z',
      sent_at_source: 'person',
      outcome: 'interview',
      had_interview: true,
      set_by_person: ['company', 'outcome', 'sent_at', 'title'],
    });
    await put('/app-1', { sent_at: null });
    expect((await get('/app-1')).body).toMatchObject({
      sent_at: null,
      sent_at_source: null,
      company: 'Tech Corporation',
    });
  });

  it('keeps an interview and an offer on record through a rejection, until nothing is said to have come of it', async () => {
    const reached = async (outcome: string) => {
      const { body } = await put('/app-1', { outcome });
      return [body.outcome, body.had_interview, body.had_offer];
    };
    expect(await reached('rejected')).toEqual(['rejected', false, false]);
    expect(await reached('offer')).toEqual(['offer', true, true]);
    expect(await reached('withdrawn')).toEqual(['withdrawn', true, true]);
    expect(await reached('interview')).toEqual(['interview', true, false]);
    expect(await reached('rejected')).toEqual(['rejected', true, false]);
    expect(await reached('none')).toEqual(['none', false, false]);
  });

  it('begins to exist when a person describes it, for the key’s, the named or the default user', async () => {
    expect(await put('/app-9', { company: 'A' })).toMatchObject({
      status: 201,
      body: { user_id: 'default' },
    });
    expect(await put('/app-8?user_id=robin_lee', { company: 'A' })).toMatchObject({
      body: { user_id: 'robin_lee' },
    });
    expect(await put('/app-7', { company: 'A' }, 'jordan_avery')).toMatchObject({
      body: { user_id: 'jordan_avery' },
    });
    await documents({});
    expect(await put('/app-1', { company: 'A' })).toMatchObject({
      status: 200,
      body: { user_id: 'jordan_avery' },
    });
  });

  it.each([
    [{}, 'Give at least one field to set.'],
    [{ outcome: 'hired' }, 'outcome: must be one of none, rejected, interview, offer, accepted, withdrawn'],
    [{ company: 'a\u0000b' }, 'company: Remove the control characters.'],
    [{ company: '  ' }, 'company: is empty; send null to take it away'],
    [{ job_id: 'a b' }, 'job_id: must be 1 to 100 characters'],
    [{ sent_at: 'yesterday' }, 'sent_at: must be a day, or a time with its zone'],
    [{ sent_at: '2999-01-01' }, 'sent_at: must not lie in the future'],
    [{ compny: 'A' }, 'Unrecognized key: "compny"'],
  ])('is not changed by %j', async (body, message) => {
    const refused = await put('/app-1', body);
    expect(refused.status).toBe(400);
    expect(refused.body.error).toContain(message);
    expect((await get('/app-1')).status).toBe(404);
  });

  it('is a line of the CSV of all that fit, however many pages that takes', async () => {
    const ids = Array.from({ length: 501 }, (_, i) => `app-${String(i).padStart(3, '0')}`);
    await documents(...ids.map((application_id) => ({ application_id, company: 'Comma, Inc.' })));
    const { payload } = await service.app.inject({
      url: '/api/applications.csv?sort=company&q=comma',
      headers: { 'x-api-key': KEYS.jordan_avery },
    });
    const [header, ...lines] = payload.trimEnd().split('\r\n');
    expect(header).toMatch(/^application_id,user_id,job_id,company,/);
    expect(lines.map((line) => line.split(',', 1)[0])).toEqual(ids);
    expect(lines[0]).toMatch(/^app-000,jordan_avery,job-1,"Comma, Inc.",Marketing Manager,,20\d\d-/);
    const others = await service.app.inject({
      url: '/api/applications.csv',
      headers: { 'x-api-key': KEYS.robin_lee },
    });
    expect(others.payload.split('\r\n')).toHaveLength(2);
  });

  it('belongs to its user: for another it does not exist', async () => {
    await documents({});
    await refresh();
    expect((await get('/app-1', 'jordan_avery')).status).toBe(200);
    for (const path of ['/app-1', '/app-1/timeline']) {
      expect(await get(path, 'robin_lee')).toMatchObject({
        status: 404,
        body: { code: 'application_not_found' },
      });
    }
    expect((await get('', 'robin_lee')).body).toMatchObject({ applications: [], total: 0 });
    expect(await get('?user_id=jordan_avery', 'robin_lee')).toMatchObject({ status: 403 });
    expect(await put('/app-1', { company: 'Mine' }, 'robin_lee')).toMatchObject({ status: 201 });
    expect((await get('/app-1', 'jordan_avery')).body.company).toBe('Tech Corp');
    expect(await get('/app-1')).toMatchObject({ status: 409, body: { code: 'ambiguous_application' } });
    expect((await get('/app-1?user_id=robin_lee')).body.company).toBe('Mine');
  });
});

describe('the list of applications', () => {
  const ids = async (query: string) =>
    (await get(query)).body.applications.map((each: { application_id: string }) => each.application_id);

  beforeAll(async () => {
    await forgetAll();
    await documents(
      ...[
        {
          application_id: 'a',
          company: 'Beta',
          position: 'Nurse',
          job_board: 'Indeed',
          occurred_at: '2026-01-01T23:30:00.000Z',
        },
        {
          application_id: 'b',
          company: 'alpha',
          position: '100% Cook',
          occurred_at: '2026-01-02T00:30:00.000Z',
        },
        {
          application_id: 'c',
          company: undefined,
          position: 'Cook',
          occurred_at: '2026-01-03T12:00:00.000Z',
        },
        {
          application_id: 'd',
          company: 'Gamma',
          occurred_at: '2026-01-04T12:00:00.000Z',
          user_id: 'robin_lee',
        },
      ],
    );
    await refresh();
    await service.dataSource.query(
      `UPDATE applications SET score = 70, human_clicks = 3, opened_at = '2026-01-05' WHERE application_id = 'a'`,
    );
    await put('/c', { outcome: 'offer' });
  });

  it.each([
    ['', ['d', 'c', 'b', 'a']],
    ['?order=asc', ['a', 'b', 'c', 'd']],
    ['?sort=company', ['b', 'a', 'd', 'c']],
    ['?sort=company&order=desc', ['d', 'a', 'b', 'c']],
    ['?sort=score', ['a', 'd', 'c', 'b']],
    ['?sort=opened', ['a', 'd', 'c', 'b']],
    ['?sort=opened&order=asc', ['a', 'b', 'c', 'd']],
    ['?user_id=robin_lee', ['d']],
    ['?job_board=indeed', ['a']],
    ['?outcome=offer', ['c']],
    ['?opened=true', ['a']],
    ['?opened=false&user_id=jordan_avery', ['c', 'b']],
    ['?from=2026-01-02&to=2026-01-04', ['c', 'b']],
    ['?from=2026-01-02&to=2026-01-03&timezone=Europe/Berlin', ['b', 'a']],
    ['?q=COOK', ['c', 'b']],
    ['?q=cook+alpha', ['b']],
    ['?q=100%25', ['b']],
    ['?q=%25', ['b']],
    ['?q=_', []],
  ])('%s', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  it.each(['sent', 'opened', 'booked', 'score', 'clicks', 'company'])(
    'shows every application once over pages by %s, either way',
    async (sort) => {
      for (const order of ['asc', 'desc']) {
        const seen: string[] = [];
        for (let cursor = ''; ; ) {
          const { body } = await get(`?sort=${sort}&order=${order}&limit=1${cursor}`);
          seen.push(...body.applications.map((each: { application_id: string }) => each.application_id));
          expect(body.total).toBe(4);
          if (body.next_cursor === null) break;
          cursor = `&cursor=${body.next_cursor}`;
        }
        expect(seen).toEqual(await ids(`?sort=${sort}&order=${order}`));
      }
    },
  );

  it.each([
    '?sort=size',
    '?order=up',
    '?limit=0',
    '?limit=ten',
    '?timezone=Mars/Olympus',
    '?from=soon',
    '?cursor=nonsense',
    `?cursor=${Buffer.from('["sent","desc","9999-99-99 99:99:99+00","a","b"]').toString('base64url')}`,
    `?cursor=${Buffer.from('["score","desc","70","a","b"]').toString('base64url')}`,
  ])('refuses %s', async (query) => {
    expect(await get(query)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  });
});

describe('the timeline of an application', () => {
  beforeEach(forgetAll);

  it('shows documents, clicks with their reasons in words, and bookings, newest first, a page at a time', async () => {
    const start = Date.now() - 86_400_000;
    const at = (minute: number) => new Date(start + minute * 60_000).toISOString();
    await documents({ occurred_at: at(0) });
    await service.app.get(LinkChangedProjector).handle([sampleLink()]);
    const clicks = [
      sampleClick({ occurred_at: at(1), user_agent: 'Slackbot 1.0' }),
      sampleClick({ occurred_at: at(2) }),
      sampleClick({ occurred_at: at(3), answer: 'probe' }),
      sampleClick({ occurred_at: at(3), tracking_id: 'lt_of_another', application_id: 'app-2' }),
    ];
    await service.app.get(ClickIngest).storeEvents(clicks);
    await service.dataSource.query(
      `INSERT INTO bookings (booking_id, provider, provider_ref, tracking_id, user_id, application_id, status, booked_at,
         starts_at) VALUES ($1, 'calendly', 'r', 'lt_calendly_abc123', 'jordan_avery', 'app-1', 'active', $2, $3)`,
      [uuidv7(), at(4), '2026-12-01T09:00:00Z'],
    );
    const { body } = await get('/app-1/timeline', 'jordan_avery');
    expect(body.entries).toMatchObject([
      {
        kind: 'booking',
        at: at(4),
        status: 'active',
        link_function: 'Calendly',
        starts_at: '2026-12-01T09:00:00.000Z',
      },
      { kind: 'click', at: at(3), answer: 'probe', class: 'machine' },
      { kind: 'click', at: at(2), link_function: 'Calendly', class: 'human', device: 'desktop', reasons: [] },
      { kind: 'click', at: at(1), class: 'machine', explanations: ['it makes previews of links (slack)'] },
      { kind: 'document', at: at(0), document: 'resume' },
    ]);
    expect(body.next_cursor).toBeNull();
    expect(JSON.stringify(body)).not.toContain('203.0.113');
    const paged: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { entries: unknown[]; next_cursor: string | null } = (
        await get(`/app-1/timeline?limit=2${cursor && `&cursor=${cursor}`}`)
      ).body;
      paged.push(...page.entries);
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(body.entries);
    expect((await get('/app-1/timeline?cursor=x')).status).toBe(400);
  });
});
