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

const call = (method: RestCall['method'], path: string, body?: unknown) =>
  callRest(service, { method, path, body });

const calendly = { original_url: 'https://calendly.com/jordan/30min', link_function: 'Calendly' };

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

describe('POST /deactivate/:id and /reactivate/:id', () => {
  it('switch a link, a repeat answering the same', async () => {
    const { tracking_id } = await create({ job_id: 'job-switch' });
    const off = await call('POST', `/deactivate/${tracking_id}`);
    expect(off).toEqual({
      status: 200,
      body: {
        message: 'Link deactivated',
        tracking_id,
        is_active: false,
        deactivated_at: expect.stringMatching(/Z$/),
      },
    });
    expect(await call('POST', `/deactivate/${tracking_id}`)).toEqual(off);
    expect(await call('POST', `/reactivate/${tracking_id}`)).toEqual({
      status: 200,
      body: { message: 'Link reactivated', tracking_id, is_active: true, deactivated_at: null },
    });
  });

  it.each(['deactivate', 'reactivate'])('%s answers 404 for an unknown or hostile id', async (action) => {
    for (const id of ['lt_unknown', 'x', "lt_'%20OR%201=1"]) {
      expect(await call('POST', `/${action}/${id}`)).toEqual({
        status: 404,
        body: error('link_not_found', 'Link not found'),
      });
    }
  });

  it('tell the gateways without being asked', async () => {
    const { tracking_id } = await create({ job_id: 'job-quick' });
    await call('POST', `/deactivate/${tracking_id}`);
    await eventually(() => expect(service.bus.of(tracking_id).at(-1)?.is_active).toBe(false));
  });
});

describe('PATCH /links/:id', () => {
  it('changes what it is given and nothing else, and tells the gateways', async () => {
    const made = await create({ job_id: 'job-edit', description: 'Book a call' });
    const path = `/links/${made.tracking_id}`;
    const edit = { expires_at: '2999-01-01T00:00:00Z', fallback_url: 'https://jordan.example/?a&b' };
    const after = { ...made, ...edit, expires_at: '2999-01-01T00:00:00.000Z', deactivated_at: null };
    expect(await call('PATCH', path, edit)).toEqual({ status: 200, body: after });
    expect(await call('PATCH', path, edit)).toEqual({ status: 200, body: after });
    expect((await call('PATCH', path, { expires_at: null, description: null })).body).toEqual({
      ...after,
      expires_at: null,
      description: null,
    });
    await eventually(() => {
      const last = service.bus.of(made.tracking_id).at(-1);
      expect(last).toMatchObject({ fallback_url: 'https://jordan.example/?a&b', request_id: 'test-request' });
      expect(last).not.toHaveProperty('expires_at');
    });
  });

  it.each([
    ['nothing', {}, 'invalid_request'],
    ['a list', [], 'invalid_request'],
    ['what cannot be changed', { original_url: 'https://evil.example/' }, 'invalid_request'],
    ['a misspelt field', { expire_at: null }, 'invalid_request'],
    ['an expiry in the past', { expires_at: '2020-01-01T00:00:00Z' }, 'invalid_request'],
    ['a NUL in the description', { description: 'a\0b' }, 'invalid_request'],
    ['no destination', { destination: null }, 'invalid_request'],
    ['a tracked link as fallback', { fallback_url: 'https://go.example.com/track/lt_a' }, 'invalid_url'],
    ['an empty fallback', { fallback_url: '' }, 'invalid_url'],
  ])('refuses %s', async (_what, body, code) => {
    const { tracking_id } = await create({ job_id: 'job-edit-refused' });
    expect(await call('PATCH', `/links/${tracking_id}`, body)).toEqual({ status: 400, body: error(code) });
  });

  it.each(['lt_unknown', 'x', "lt_'%20OR%201=1"])('answers 404 for %s', async (id) => {
    expect(await call('PATCH', `/links/${id}`, { description: 'x' })).toEqual({
      status: 404,
      body: error('link_not_found', 'Link not found'),
    });
  });

  it('lets only one link of a job and function follow the profile', async () => {
    const job = { job_id: 'job-follow' };
    const first = await create({ ...job, destination: 'follow_profile' });
    const again = await create({
      ...job,
      original_url: 'https://other.example/',
      destination: 'follow_profile',
    });
    expect(again.tracking_id).toBe(first.tracking_id);
    const fixed = await create({ ...job, original_url: 'https://other.example/' });
    expect(fixed.tracking_id).not.toBe(first.tracking_id);
    const follow = { destination: 'follow_profile' };
    expect(await call('PATCH', `/links/${fixed.tracking_id}`, follow)).toEqual({
      status: 409,
      body: error('link_exists'),
    });
    const github = await create({ ...job, link_function: 'GitHub' });
    expect(await call('PATCH', `/links/${github.tracking_id}`, follow)).toEqual({
      status: 400,
      body: error('invalid_link'),
    });
  });
});

describe('POST /deactivate and /reactivate', () => {
  const job = { job_id: 'job-bulk' };

  it('switch every link of a job or application, each link once', async () => {
    const one = await create({ ...job, application_id: 'app-1' });
    const two = await create({ ...job, application_id: 'app-2' });
    const other = await create({ job_id: 'job-other', application_id: 'app-2' });
    const both = [one.tracking_id, two.tracking_id].toSorted();

    const narrow = { ...job, application_id: 'app-2' };
    expect(await call('POST', '/deactivate', narrow)).toEqual({
      status: 200,
      body: { deactivated: 1, tracking_ids: [two.tracking_id] },
    });
    expect((await call('POST', '/deactivate', job)).body).toEqual({
      deactivated: 1,
      tracking_ids: [one.tracking_id],
    });
    expect((await call('POST', '/deactivate', job)).body).toEqual({ deactivated: 0, tracking_ids: [] });
    expect((await call('GET', `/lookup/${other.tracking_id}`)).status).toBe(200);
    await eventually(() => {
      for (const id of both) expect(service.bus.of(id).at(-1)?.is_active).toBe(false);
    });
    expect((await call('POST', '/reactivate', job)).body).toEqual({ reactivated: 2, tracking_ids: both });
    expect((await call('POST', '/reactivate', { application_id: 'app-2' })).body.reactivated).toBe(0);
  });

  it('count all links and name the first hundred', async () => {
    await service.database.query(
      `INSERT INTO link_tracking (original_url, job_id)
       SELECT 'https://example.com/' || n, 'job-many' FROM generate_series(1, 250) AS n`,
    );
    const { body } = await call('POST', '/deactivate', { job_id: 'job-many' });
    expect([body.deactivated, body.tracking_ids.length]).toEqual([250, 100]);
  });

  it('never wait for each other crosswise', async () => {
    const bulk = (i: number) =>
      call('POST', i % 2 ? '/deactivate' : '/reactivate', { job_id: 'job-many', application_id: null });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => bulk(i)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
  });

  it.each([
    ['no filter', {}],
    ['nulls as filter', { job_id: null, application_id: null }],
    ['no body', ''],
    ['an empty job', { job_id: '' }],
    ['SQL as job', { job_id: "' OR 1=1 --" }],
    ['a filter that it does not know', { job_id: 'job-bulk', user_id: 'jordan' }],
  ])('refuse %s', async (_what, body) => {
    for (const action of ['deactivate', 'reactivate']) {
      expect(await call('POST', `/${action}`, body)).toEqual({ status: 400, body: error('invalid_request') });
    }
  });
});
