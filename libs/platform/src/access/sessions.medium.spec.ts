import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '#testing';
import { type GuardedService, startGuarded } from '../../test/guarded-service.js';
import { AccessEraser } from './access-eraser.service.js';

const DAY_MS = 86_400_000;
const STALE_MS = 5_000;
const OWN = 'x-footfall-client';

let database: TestDatabase;
let service: GuardedService;
let admin: string;
let jordan: { id: string; key: string };

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.drop());
beforeEach(async () => {
  service = await startGuarded({ DATABASE_URL: database.url });
  await service.database.query('TRUNCATE api_keys, sessions, audit_log');
  const first = await service.call('POST /api/keys', { body: { name: 'admin', scopes: ['admin'] } });
  admin = first.body.key;
  jordan = (await service.call('POST /api/keys', { key: admin, body: { name: 'Jordan', user_id: 'jordan' } }))
    .body;
});
afterEach(() => service.stop());

/** The origin that the dashboard would have. */
const origin = () => service.url;

async function logIn(key: string, from = origin()) {
  const answer = await service.call('POST /api/session', { body: { key }, headers: { origin: from } });
  const cookie = answer.headers.get('set-cookie') ?? '';
  return { ...answer, cookie, pair: cookie.split(';')[0] ?? '' };
}

const write = (headers: Record<string, string>) => service.call('POST /sample/write', { headers });

describe('a login by key', () => {
  it('sets a cookie that scripts and other sites cannot use', async () => {
    const { status, cookie, body, headers } = await logIn(jordan.key);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(cookie).toMatch(
      /^footfall_session=[\w-]{43}; Path=\/; Max-Age=60\d{4}; HttpOnly; SameSite=Strict$/,
    );
    expect(body.principal).toMatchObject({ kind: 'session', name: 'Jordan', user_id: 'jordan' });
    expect(cookie).not.toContain(jordan.key);
  });

  it('sets a cookie for HTTPS only when it came over HTTPS', async () => {
    const secure = `https://${new URL(origin()).host}`;
    expect((await logIn(jordan.key, secure)).cookie).toMatch(/; Secure$/);
  });

  it('is refused with a key that is not taken, in the same words as ever', async () => {
    await service.call(`DELETE /api/keys/${jordan.id}`, { key: admin });
    for (const key of [jordan.key, 'ff_never-was']) {
      const { status, body, cookie } = await logIn(key);
      expect([status, body.code, cookie]).toEqual([401, 'wrong_api_key', '']);
    }
  });

  it('is refused from a page of another site', async () => {
    const { status, body } = await logIn(jordan.key, 'https://evil.example');
    expect([status, body.code]).toEqual([403, 'cross_site_request']);
  });

  it('keeps hashes only', async () => {
    const { pair } = await logIn(jordan.key);
    const rows = await service.database.query('SELECT sessions::text AS text FROM sessions');
    expect(JSON.stringify(rows)).not.toContain(pair.split('=')[1]);
  });
});

describe('a session', () => {
  it('may do what its key may, and no more', async () => {
    const { pair: cookie } = await logIn(jordan.key);
    const read = await service.call('GET /sample/read', { headers: { cookie } });
    expect(read.body).toMatchObject({ kind: 'session', userId: 'jordan', name: 'Jordan' });
    const everybody = await service.call('GET /sample/everybody', { headers: { cookie } });
    expect(everybody.body.code).toBe('service_key_needed');
    expect((await service.call('GET /api/keys', { headers: { cookie } })).body.code).toBe('scope_needed');
  });

  it.each([
    ['from its own page', {}, 200],
    ['without the header that other sites cannot send', { [OWN]: undefined }, 403],
    ['from a page of another site', { origin: 'https://evil.example' }, 403],
    ['from a page of no site', { origin: 'null' }, 403],
    ['from another port of the host', { origin: 'http://127.0.0.1:1' }, 403],
    ['without saying from where', { origin: undefined }, 403],
  ])('changes things %s: %#', async (_what, changed: Record<string, string | undefined>, status) => {
    const { pair } = await logIn(jordan.key);
    const headers = { cookie: pair, [OWN]: '1', origin: origin(), ...changed };
    const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const answer = await write(Object.fromEntries(sent));
    expect(answer.status).toBe(status === 200 ? 201 : status);
    if (status === 403) expect(answer.body.code).toBe('cross_site_request');
  });

  it('counts less than a key that is sent along', async () => {
    const { pair: cookie } = await logIn(jordan.key);
    const answer = await service.call('POST /sample/write', { key: admin, headers: { cookie } });
    expect(answer.body).toMatchObject({ kind: 'key', name: 'admin' });
  });

  it('ends with its key, wherever that is taken back', async () => {
    const { pair: cookie } = await logIn(jordan.key);
    const other = await startGuarded({ DATABASE_URL: database.url });
    try {
      expect((await other.call('GET /sample/read', { headers: { cookie } })).status).toBe(200);
      await service.call(`DELETE /api/keys/${jordan.id}`, { key: admin });
      expect((await service.call('GET /sample/read', { headers: { cookie } })).body.code).toBe(
        'session_over',
      );
      other.pass(STALE_MS);
      expect((await other.call('GET /sample/read', { headers: { cookie } })).status).toBe(401);
    } finally {
      await other.stop();
    }
  });

  it('ends when it is logged out, with its cookie', async () => {
    const { pair: cookie } = await logIn(jordan.key);
    const forged = await service.call('DELETE /api/session', {
      headers: { cookie, origin: 'https://evil.example' },
    });
    expect(forged.status).toBe(403);
    const ended = await service.call('DELETE /api/session', {
      headers: { cookie, [OWN]: '1', origin: origin() },
    });
    expect([ended.status, ended.headers.get('set-cookie')]).toEqual([
      204,
      'footfall_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict',
    ]);
    expect((await service.call('GET /sample/read', { headers: { cookie } })).body.code).toBe('session_over');
  });

  it('ends after seven days, and is swept by the next login', async () => {
    const { pair: cookie } = await logIn(jordan.key);
    service.pass(7 * DAY_MS - 60_000);
    expect((await service.call('GET /sample/read', { headers: { cookie } })).status).toBe(200);
    service.pass(60_000);
    expect((await service.call('GET /sample/read', { headers: { cookie } })).status).toBe(401);
    await logIn(jordan.key);
    expect(await service.database.query('SELECT 1 FROM sessions')).toHaveLength(1);
  });

  it.each(['footfall_session=', 'footfall_session=x', 'footfall_session="; x=1', 'x=1; footfall_session=é'])(
    'is none with the cookie %s',
    async (cookie) => {
      expect(
        (await service.call('GET /sample/read', { headers: { cookie: encodeURI(cookie) } })).status,
      ).toBe(401);
    },
  );
});

describe('GET /api/session', () => {
  it('says who calls, and whether that is asked at all', async () => {
    const { pair: cookie } = await logIn(jordan.key);
    const asks = (options: object) => service.call('GET /api/session', options).then(({ body }) => body);
    expect(await asks({})).toEqual({ required: true, principal: null, oidc: null });
    expect(await asks({ key: 'ff_never-was' })).toMatchObject({ principal: null });
    expect(await asks({ key: admin })).toMatchObject({ principal: { kind: 'key', scopes: ['admin'] } });
    expect(await asks({ headers: { cookie } })).toMatchObject({
      principal: { kind: 'session', user_id: 'jordan' },
    });
    await service.database.query('TRUNCATE api_keys');
    service.pass(STALE_MS);
    expect(await asks({})).toMatchObject({ required: false, principal: { kind: 'anonymous' } });
  });
});

it('refuses what pages of other sites send while nobody is asked for a key', async () => {
  await service.database.query('TRUNCATE api_keys');
  service.pass(STALE_MS);
  expect((await write({ origin: 'https://evil.example' })).body.code).toBe('cross_site_request');
  expect((await write({ origin: origin() })).status).toBe(201);
  expect((await write({})).status).toBe(201);
});

it('answers at no name of others while nobody is asked for a key: a page of theirs would be a page of ours', async () => {
  await service.database.query('TRUNCATE api_keys');
  service.pass(STALE_MS);
  const askedAs = (host: string) =>
    service.app.inject({ method: 'GET', url: '/sample/read', headers: { host } });
  for (const host of [
    'evil.example',
    'evil.example:5000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '@',
  ]) {
    const answer = await askedAs(host);
    expect([host, answer.statusCode, answer.json().code]).toEqual([host, 403, 'foreign_name']);
  }
  for (const host of [
    'localhost:5000',
    'LOCALHOST',
    'footfall.localhost',
    '127.0.0.1:5000',
    '[::1]:5000',
    '192.168.1.7',
  ])
    expect([host, (await askedAs(host)).statusCode]).toEqual([host, 200]);
});

it('asks for a name of others no more once there is a key', async () => {
  const headers = { host: 'footfall.example', 'x-api-key': admin };
  expect((await service.app.inject({ method: 'GET', url: '/sample/read', headers })).statusCode).toBe(200);
});

it('keeps a log of logins', async () => {
  const { pair: cookie } = await logIn(jordan.key);
  await service.call('DELETE /api/session', { headers: { cookie, [OWN]: '1', origin: origin() } });
  const { body } = await service.call('GET /api/audit?limit=2', { key: admin });
  expect(body.entries).toEqual([
    expect.objectContaining({ action: 'session.ended', actor_kind: 'session', actor_name: 'Jordan' }),
    expect.objectContaining({ action: 'session.begun', actor_kind: 'key', actor_id: jordan.id }),
  ]);
});

describe('the erasure of a user', () => {
  const everything = async () =>
    JSON.stringify([
      await service.database.query('SELECT api_keys::text FROM api_keys'),
      await service.database.query('SELECT sessions::text FROM sessions'),
      await service.database.query('SELECT audit_log::text FROM audit_log'),
    ]).toLowerCase();
  const erase = () => service.app.get(AccessEraser).eraseUsers((userId) => userId === 'jordan');

  it('leaves nothing of keys that were revoked, of sessions that are over and in the log', async () => {
    await logIn(jordan.key);
    await service.call(`DELETE /api/keys/${jordan.id}`, { key: admin });
    service.pass(8 * DAY_MS);
    expect(await everything()).toContain('jordan');
    expect(await erase()).toEqual({ api_keys: 1, audit_entries: 1, sessions: 1 });
    expect(await everything()).not.toContain('jordan');
    expect((await service.call('GET /sample/read', { key: jordan.key })).status).toBe(401);
    expect(await erase()).toEqual({});
  });

  it('leaves keys alone that are in use, and everybody else’s', async () => {
    const { body: kim } = await service.call('POST /api/keys', {
      key: admin,
      body: { name: 'Kim', user_id: 'kim' },
    });
    await logIn(kim.key);
    await service.call(`DELETE /api/keys/${kim.id}`, { key: admin });
    await logIn(jordan.key);
    expect(await erase()).toEqual({ audit_entries: 1 });
    expect((await service.call('GET /sample/read', { key: jordan.key })).body.userId).toBe('jordan');
    expect((await everything()).match(/kim/g)?.length).toBeGreaterThan(4);
  });
});
