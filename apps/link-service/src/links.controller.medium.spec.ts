import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, type TestDatabase, testDatabase } from '#testing';
import { callRest, type RestCall } from '../test/rest-calls.js';
import { type RunningLinkService, runLinkService } from '../test/running-link-service.js';

let database: TestDatabase;
let service: RunningLinkService;

beforeAll(async () => {
  database = await testDatabase();
  service = await runLinkService(database.url);
});

afterAll(async () => {
  await service?.stop();
  await database?.drop();
});

const BASE = '/api/link-tracking';

const call = (method: RestCall['method'], path: string, body?: unknown) =>
  callRest(service, { method, path, body });

const calendly = { original_url: 'https://calendly.com/jordan/30min?a=1&b=*', link_function: 'Calendly' };

async function create(fields: Record<string, unknown> = {}) {
  const { body } = await call('POST', '/create', { ...calendly, ...fields });
  return body;
}

const error = (code: string, text: unknown = expect.any(String)) => ({
  success: false,
  error: text,
  code,
  details: expect.any(Array),
  request_id: 'test-request',
});

describe('POST /create', () => {
  it('answers 201 with the new link, then 200 with the same one', async () => {
    const body = {
      ...calendly,
      job_id: 'job-1',
      application_id: 'app_20251009_1',
      description: 'Book a call',
    };
    const first = await call('POST', '/create', body);
    expect(first).toEqual({
      status: 201,
      body: {
        tracking_id: expect.stringMatching(/^lt_calendly_[0-9A-Za-z]{16}$/),
        redirect_url: `https://go.example.com/track/${first.body.tracking_id}`,
        original_url: 'https://calendly.com/jordan/30min?a=1&b=*',
        link_function: 'Calendly',
        link_type: 'external',
        job_id: 'job-1',
        application_id: 'app_20251009_1',
        user_id: 'default',
        description: 'Book a call',
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        is_active: true,
        expires_at: null,
        fallback_url: null,
        destination: 'fixed',
      },
    });
    expect(await call('POST', '/create', body)).toEqual({ status: 200, body: first.body });
  });

  it('takes an expiry in any zone, a fallback and a destination', async () => {
    const { status, body } = await call('POST', '/create', {
      ...calendly,
      job_id: 'job-expiring',
      expires_at: '2999-01-01T00:00:00.5+02:00',
      fallback_url: 'HTTPS://Jordan.example/later?a&b',
      destination: 'follow_profile',
    });
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({
        expires_at: '2998-12-31T22:00:00.500Z',
        fallback_url: 'https://jordan.example/later?a&b',
        destination: 'follow_profile',
      }),
    ]);
    await eventually(() =>
      expect(service.bus.of(body.tracking_id)).toEqual([
        expect.objectContaining({
          expires_at: '2998-12-31T22:00:00.500Z',
          fallback_url: 'https://jordan.example/later?a&b',
          destination: 'follow_profile',
        }),
      ]),
    );
  });

  it('takes null for an id that is not there', async () => {
    const { status, body } = await call('POST', '/create', { ...calendly, job_id: null, user_id: 'nobody' });
    expect([status, body.job_id, body.application_id]).toEqual([201, null, null]);
  });

  it.each([
    ['bad JSON', '{"original_url":', 'invalid_json'],
    ['no body', '', 'invalid_request'],
    ['a list', [], 'invalid_request'],
    ['no URL', { link_function: 'Calendly' }, 'invalid_request'],
    ['no function', { original_url: 'https://example.com' }, 'invalid_request'],
    ['a number as URL', { ...calendly, original_url: 5 }, 'invalid_request'],
    ['an object as job id', { ...calendly, job_id: { $ne: 1 } }, 'invalid_request'],
    ['an empty job id', { ...calendly, job_id: '' }, 'invalid_request'],
    ['a job id of 101 characters', { ...calendly, job_id: 'j'.repeat(101) }, 'invalid_request'],
    ['SQL as application id', { ...calendly, application_id: "1'; DROP TABLE x" }, 'invalid_request'],
    ['a function of 51 letters', { ...calendly, link_function: 'f'.repeat(51) }, 'invalid_request'],
    ['a function with a slash', { ...calendly, link_function: '../x' }, 'invalid_request'],
    ['an unknown type', { ...calendly, link_type: 'weird' }, 'invalid_request'],
    ['a long description', { ...calendly, description: 'x'.repeat(1001) }, 'invalid_request'],
    ['a NUL in the description', { ...calendly, description: 'a\0b' }, 'invalid_request'],
    ['an expiry in the past', { ...calendly, expires_at: '2020-01-01T00:00:00Z' }, 'invalid_request'],
    ['an expiry without zone', { ...calendly, expires_at: '2999-01-01T00:00:00' }, 'invalid_request'],
    ['an expiry on no day', { ...calendly, expires_at: '2999-02-30T00:00:00Z' }, 'invalid_request'],
    ['an expiry past all years', { ...calendly, expires_at: '9999-12-31T23:59:59-05:00' }, 'invalid_request'],
    ['a number as expiry', { ...calendly, expires_at: 4102444800 }, 'invalid_request'],
    ['a destination of its own', { ...calendly, destination: 'nowhere' }, 'invalid_request'],
    [
      'a GitHub link that follows the profile',
      { ...calendly, link_function: 'GitHub', destination: 'follow_profile' },
      'invalid_link',
    ],
    ['a script as fallback', { ...calendly, fallback_url: 'javascript:alert(1)' }, 'invalid_url'],
    ['an empty fallback', { ...calendly, fallback_url: '' }, 'invalid_url'],
    ['a private fallback', { ...calendly, fallback_url: 'http://[::1]/' }, 'invalid_url'],
    ['a script as URL', { ...calendly, original_url: 'javascript:alert(1)' }, 'invalid_url'],
    ['a loopback URL', { ...calendly, original_url: 'http://0x7f.1/' }, 'invalid_url'],
    ['a header in the URL', { ...calendly, original_url: 'https://a.example/\r\nX: y' }, 'invalid_url'],
    [
      'a tracked link as URL',
      { ...calendly, original_url: 'https://go.example.com/track/lt_a' },
      'invalid_url',
    ],
    [
      'a URL that is too long',
      { ...calendly, original_url: `https://a.example/${'x'.repeat(2000)}` },
      'invalid_url',
    ],
  ])('refuses %s', async (_what, body, code) => {
    expect(await call('POST', '/create', body)).toEqual({ status: 400, body: error(code) });
  });

  it('says which field is wrong', async () => {
    const { body } = await call('POST', '/create', { ...calendly, original_url: 'ftp://example.com' });
    expect(body.error).toBe('original_url: Use a URL that starts with https:// or http://.');
    expect(body.details).toEqual([
      { path: 'original_url', message: 'Use a URL that starts with https:// or http://.' },
    ]);
  });

  it('says when it is the fallback that is wrong', async () => {
    const { body } = await call('POST', '/create', { ...calendly, fallback_url: 'ftp://example.com' });
    expect(body.details).toEqual([
      { path: 'fallback_url', message: 'Use a URL that starts with https:// or http://.' },
    ]);
  });

  it('asks for JSON when it gets a form', async () => {
    const response = await service.app.inject({
      method: 'POST',
      url: `${BASE}/create`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'original_url=https://example.com',
    });
    expect(response.json()).toMatchObject({ error: 'Invalid content type - JSON expected' });
  });

  it('carries the request id into the event', async () => {
    const { tracking_id } = await create({ job_id: 'job-request-id' });
    await eventually(() =>
      expect(service.bus.of(tracking_id)).toEqual([expect.objectContaining({ request_id: 'test-request' })]),
    );
  });
});

describe('POST /application/create-links', () => {
  const application = { job_id: 'job-app', application_id: 'app-1' };

  it('answers a tracked link for every page of the job that it is given', async () => {
    const { status, body } = await call('POST', '/application/create-links', {
      ...application,
      job_data: {
        company_website: 'https://techcorp.example/',
        apply_url: 'https://techcorp.example/apply?job=1&src=a',
        job_url: 'https://jobs.example/1',
      },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      ...application,
      tracked_links: {
        Company_Website: expect.stringMatching(/\/track\/lt_company_website_/),
        Apply_Now: expect.stringMatching(/\/track\/lt_apply_now_/),
        Job_Posting: expect.stringMatching(/\/track\/lt_job_posting_/),
      },
      total_links: 3,
    });
  });

  it('takes the candidate’s own pages too', async () => {
    const { body } = await call('POST', '/application/create-links', {
      ...application,
      job_data: {
        linkedin_url: 'https://linkedin.com/in/jordan',
        calendly_url: 'https://calendly.com/jordan',
      },
    });
    expect(Object.keys(body.tracked_links)).toEqual(['LinkedIn', 'Calendly']);
  });

  it('knows the candidate’s own pages from their profile, unless told otherwise', async () => {
    await service.bus.deliver('links.candidate-changed', [
      {
        event_id: randomUUID(),
        occurred_at: new Date().toISOString(),
        user_id: 'avery',
        calendly_url: 'https://calendly.com/avery',
        linkedin_url: 'https://linkedin.com/in/avery',
        portfolio_url: null,
      },
    ]);
    const ask = async (job_data?: object) =>
      (await call('POST', '/application/create-links', { ...application, user_id: 'avery', job_data })).body;
    const { tracked_links } = await ask();
    expect(Object.keys(tracked_links)).toEqual(['LinkedIn', 'Calendly']);
    const id = tracked_links.Calendly.split('/').at(-1);
    expect((await call('GET', `/lookup/${id}`)).body.destination_url).toBe('https://calendly.com/avery');
    const other = await ask({ calendly_url: 'https://calendly.com/other', linkedin_url: null });
    expect(Object.keys(other.tracked_links)).toEqual(['Calendly']);
    expect(other.tracked_links.Calendly).not.toBe(tracked_links.Calendly);
  });

  it('mints nothing when one URL is bad, and names it', async () => {
    const refused = await call('POST', '/application/create-links', {
      job_id: 'job-half',
      application_id: 'app-half',
      job_data: { company_website: 'https://techcorp.example/', apply_url: 'http://localhost/apply' },
    });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject(error('invalid_url'));
    expect(refused.body.details).toEqual([{ path: 'job_data.apply_url', message: expect.any(String) }]);
    expect((await call('GET', '/links?job_id=job-half')).body.links).toEqual([]);
  });

  it.each([
    ['no job', { application_id: 'app-1' }],
    ['no application', { job_id: 'job-1' }],
    ['text as job data', { ...application, job_data: 'x' }],
    ['a number as URL', { ...application, job_data: { job_url: 1 } }],
  ])('refuses %s', async (_what, body) => {
    expect(await call('POST', '/application/create-links', body)).toEqual({
      status: 400,
      body: error('invalid_request'),
    });
  });

  it('answers no links when it is given no pages', async () => {
    expect((await call('POST', '/application/create-links', application)).body).toMatchObject({
      tracked_links: {},
      total_links: 0,
    });
  });
});

describe('GET /lookup/:id', () => {
  it('answers where the link leads', async () => {
    const { tracking_id } = await create({ job_id: 'job-lookup' });
    expect(await call('GET', `/lookup/${tracking_id}`)).toEqual({
      status: 200,
      body: { destination_url: 'https://calendly.com/jordan/30min?a=1&b=*' },
    });
  });

  it.each([
    'lt_unknown',
    'nonsense',
    'lt_%00',
    'lt_x%0A',
    '..%2f..%2fetc%2fpasswd',
    "lt_'--",
    'l'.repeat(400),
  ])('answers 404 for %s', async (id) => {
    expect(await call('GET', `/lookup/${id}`)).toEqual({
      status: 404,
      body: error('link_not_found', 'Tracking ID not found'),
    });
  });

  it.each([
    ['no URL text at all', '%E0%A4%A', 400, 'invalid_address'],
    ['longer than any address', 'l'.repeat(600), 404, 'unknown_route'],
  ])('refuses an id that is %s', async (_what, id, status, code) => {
    expect(await call('GET', `/lookup/${id}`)).toEqual({ status, body: error(code) });
  });

  it('answers the fallback of a link that is off', async () => {
    const fields = { job_id: 'job-lookup-fallback', fallback_url: 'https://jordan.example/' };
    const { tracking_id } = await create(fields);
    await call('POST', `/deactivate/${tracking_id}`);
    expect((await call('GET', `/lookup/${tracking_id}`)).body).toEqual({
      destination_url: 'https://jordan.example/',
    });
  });

  it('answers 410 once the link has expired, its fallback when it has one', async () => {
    const { tracking_id } = await create({ job_id: 'job-expired' });
    const expire = (fallback: string | null) =>
      service.database.query(
        `UPDATE link_tracking SET expires_at = now() - interval '1 s', fallback_url = $2 WHERE tracking_id = $1`,
        [tracking_id, fallback],
      );
    await expire(null);
    expect(await call('GET', `/lookup/${tracking_id}`)).toEqual({ status: 410, body: error('link_expired') });
    await expire('https://jordan.example/');
    expect((await call('GET', `/lookup/${tracking_id}`)).body).toEqual({
      destination_url: 'https://jordan.example/',
    });
  });

  it('answers 410 once the link is switched off', async () => {
    const { tracking_id } = await create({ job_id: 'job-lookup-off' });
    await call('POST', `/deactivate/${tracking_id}`);
    expect(await call('GET', `/lookup/${tracking_id}`)).toEqual({
      status: 410,
      body: error('link_deactivated'),
    });
  });
});

describe('GET /links', () => {
  it('lists newest first over pages, each link once, although links are minted meanwhile', async () => {
    const made: string[] = [];
    for (let i = 0; i < 7; i++) {
      made.push((await create({ job_id: 'job-list', original_url: `https://example.com/${i}` })).tracking_id);
    }
    // Links of one millisecond are the hard case for a cursor.
    await service.database.query(`UPDATE link_tracking SET created_at = now() WHERE job_id = 'job-list'`);
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let page = 0; cursor !== null; page++) {
      const { body } = await call(
        'GET',
        `/links?job_id=job-list&limit=3${cursor ? `&cursor=${cursor}` : ''}`,
      );
      seen.push(...body.links.map((link: { tracking_id: string }) => link.tracking_id));
      cursor = body.next_cursor;
      if (page === 0) await create({ job_id: 'job-list', original_url: 'https://example.com/later' });
      expect(page).toBeLessThan(5);
    }
    expect(seen.toSorted()).toEqual(made.toSorted());
  });

  it('filters by application and by whether links are active', async () => {
    const on = await create({ application_id: 'app-filter' });
    const off = await create({ application_id: 'app-filter', link_function: 'LinkedIn' });
    await call('POST', `/deactivate/${off.tracking_id}`);
    const idsOf = async (query: string) =>
      (await call('GET', `/links?application_id=app-filter${query}`)).body.links.map(
        (link: { tracking_id: string }) => link.tracking_id,
      );
    const expired = await create({ application_id: 'app-filter', link_function: 'Portfolio' });
    await service.editing.editLink(expired.tracking_id, { expiresAt: new Date(Date.now() - 1_000) });
    expect(await idsOf('&active=true')).toEqual([on.tracking_id]);
    expect(await idsOf('&active=false')).toEqual([expired.tracking_id, off.tracking_id]);
    expect(await idsOf('')).toEqual([expired.tracking_id, off.tracking_id, on.tracking_id]);
  });

  it.each([
    'job_id=%00',
    'job_id=a&job_id=b',
    'active=maybe',
    'cursor=nonsense',
    `cursor=${Buffer.from('[1e99,"lt_x"]').toString('base64url')}`,
    `cursor=${Buffer.from('[1,"\' OR 1=1"]').toString('base64url')}`,
    'limit=0',
    'limit=501',
    'limit=ten',
  ])('refuses ?%s', async (query) => {
    expect(await call('GET', `/links?${query}`)).toEqual({ status: 400, body: error('invalid_request') });
  });
});
