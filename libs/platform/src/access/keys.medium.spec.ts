import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { breakableConnection, eventually, type TestDatabase, testDatabase } from '#testing';
import { type GuardedService, startGuarded } from '../../test/guarded-service.js';
import { AccessClock } from './access-clock.js';
import { KeyUse } from './key-use.service.js';
import { USER_SCOPES } from './scopes.js';

const HOUR_MS = 3_600_000;
/** Longest that anything changed elsewhere is not known. */
const STALE_MS = 5_000;
const UNKNOWN = { success: false, code: 'wrong_api_key', error: 'The API key is not known here.' };

let database: TestDatabase;
let connection: Awaited<ReturnType<typeof breakableConnection>>;
let service: GuardedService;
let admin: string;

beforeAll(async () => {
  database = await testDatabase();
  connection = await breakableConnection(database.url);
});
afterAll(async () => {
  connection?.cut();
  await database?.drop();
});
beforeEach(async () => {
  service = await startGuarded({ DATABASE_URL: connection.url });
  await service.database.query('TRUNCATE api_keys, audit_log');
  const first = await service.call('POST /api/keys', { body: { name: 'admin', scopes: ['admin'] } });
  admin = first.body.key;
});
afterEach(() => service.stop());

async function make(wanted: object) {
  const { status, body } = await service.call('POST /api/keys', { key: admin, body: wanted });
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body as { id: string; key: string; starts_with: string; scopes: string[] };
}

const read = (key: string) => service.call('GET /sample/read', { key });
const dayFromNow = () => new Date(Date.now() + 24 * HOUR_MS).toISOString();

describe('the first key', () => {
  beforeEach(async () => {
    await service.database.query('TRUNCATE api_keys');
    service.pass(STALE_MS);
  });

  it('is asked for from then on, here at once', async () => {
    expect((await service.call('GET /sample/read')).body).toMatchObject({ kind: 'anonymous' });
    const made = await service.call('POST /api/keys', { body: { name: 'me', scopes: ['admin'] } });
    expect([made.status, made.headers.get('cache-control')]).toEqual([201, 'no-store']);
    expect((await service.call('GET /sample/read')).body.code).toBe('missing_api_key');
    expect((await service.call('GET /sample/open')).status).toBe(200);
    expect((await read(made.body.key)).body).toMatchObject({ kind: 'key', id: made.body.id, name: 'me' });
  });

  it('is asked for within seconds by other processes', async () => {
    const other = await startGuarded({ DATABASE_URL: database.url });
    try {
      expect((await other.call('GET /sample/read')).status).toBe(200);
      await service.call('POST /api/keys', { body: { name: 'me', scopes: ['admin'] } });
      other.pass(STALE_MS);
      expect((await other.call('GET /sample/read')).status).toBe(401);
    } finally {
      await other.stop();
    }
  });

  it.each([{ scopes: ['links:read'] }, { user_id: 'jordan' }])(
    'must be one that can make others, not %j',
    async (wanted) => {
      const refused = await service.call('POST /api/keys', { body: { name: 'me', ...wanted } });
      expect([refused.status, refused.body.code]).toEqual([409, 'first_key_must_be_admin']);
      expect((await service.call('GET /sample/read')).status).toBe(200);
    },
  );

  it('is asked for also after it was taken back', async () => {
    const { body } = await service.call('POST /api/keys', { body: { name: 'me', scopes: ['admin'] } });
    await service.call(`DELETE /api/keys/${body.id}`, { key: body.key });
    expect((await service.call('GET /sample/read')).body.code).toBe('missing_api_key');
  });
});

describe('a key', () => {
  it('is shown once and held as a hash', async () => {
    const { key, id } = await make({ name: 'ci', scopes: ['links:read'] });
    const shown = await service.call(`GET /api/keys/${id}`, { key: admin });
    expect(shown.body).toMatchObject({ name: 'ci', starts_with: key.slice(0, 7), state: 'active' });
    const rows = await service.database.query('SELECT api_keys::text AS text FROM api_keys');
    const log = await service.database.query('SELECT audit_log::text AS text FROM audit_log');
    const everything = JSON.stringify([shown.body, rows, log]);
    expect(everything).not.toContain(key);
    expect(everything).toContain(createHash('sha256').update(key).digest('hex'));
  });

  it('may do what its scopes say, for its user only', async () => {
    const reader = await make({ name: 'reader', scopes: ['links:read'] });
    expect((await service.call('POST /sample/write', { key: reader.key })).body).toMatchObject({
      code: 'scope_needed',
      error: 'This call needs the scope links:write; your key has links:read.',
    });
    expect((await service.call('GET /sample/everybody', { key: reader.key })).status).toBe(200);

    const jordans = await make({ name: 'jordan', user_id: 'jordan' });
    expect(jordans.scopes).toEqual(USER_SCOPES);
    const known = await service.call('POST /sample/write', { key: jordans.key });
    expect(known.body).toMatchObject({ userId: 'jordan', name: 'jordan' });
    expect((await service.call('GET /sample/everybody', { key: jordans.key })).body.code).toBe(
      'service_key_needed',
    );
  });

  it('makes, sees and changes no keys unless it is an administrator’s', async () => {
    const everything = await make({ name: 'all but admin', scopes: USER_SCOPES });
    const jordans = await make({ name: 'jordan', user_id: 'jordan' });
    for (const { key, id } of [everything, jordans]) {
      const calls = [
        'GET /api/keys',
        'POST /api/keys',
        `GET /api/keys/${id}`,
        `PATCH /api/keys/${id}`,
        `DELETE /api/keys/${id}`,
        `POST /api/keys/${id}/rotate`,
        'GET /api/audit',
      ];
      for (const call of calls) {
        const body = call.startsWith('GET') ? undefined : { name: 'x', scopes: ['admin'] };
        const refused = await service.call(call, { key, body });
        expect([call, refused.status, refused.body.code]).toEqual([call, 403, 'scope_needed']);
      }
    }
  });

  it.each([
    [{ scopes: ['links:read'] }, 'name'],
    [{ name: '', scopes: ['admin'] }, 'name'],
    [{ name: 'x\u0000', scopes: ['admin'] }, 'name'],
    [{ name: 'x' }, 'scopes'],
    [{ name: 'x', scopes: [] }, 'scopes'],
    [{ name: 'x', scopes: ['root'] }, 'scopes'],
    [{ name: 'x', scopes: ['admin'], user_id: 'jordan' }, 'scopes'],
    [{ name: 'x', user_id: 'jordan avery' }, 'user_id'],
    [{ name: 'x', user_id: 'jordan', expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ name: 'x', user_id: 'jordan', expires_at: '2099-01-01' }, 'expires_at'],
  ])('is refused as %j', async (wanted, field) => {
    const refused = await service.call('POST /api/keys', { key: admin, body: wanted });
    expect([refused.status, refused.body.details[0].path]).toEqual([400, expect.stringContaining(field)]);
  });

  it('is listed newest first, a page at a time, by user', async () => {
    const names = ['one', 'two', 'three'];
    for (const name of names) await make({ name, user_id: name === 'two' ? 'kim' : 'jordan' });
    const first = await service.call('GET /api/keys?limit=2', { key: admin });
    const rest = await service.call(`GET /api/keys?limit=2&cursor=${first.body.next_cursor}`, { key: admin });
    const listed = [...first.body.keys, ...rest.body.keys].map(({ name }) => name);
    expect(listed).toEqual(['three', 'two', 'one', 'admin']);
    const kims = await service.call('GET /api/keys?user_id=kim', { key: admin });
    expect(kims.body).toMatchObject({ keys: [{ name: 'two' }], next_cursor: null });
  });

  it('ends when it expires, to the millisecond, and goes on when it is given more time', async () => {
    const { key, id } = await make({ name: 'ci', scopes: ['links:read'], expires_at: dayFromNow() });
    const { expires_at } = (await service.call(`GET /api/keys/${id}`, { key: admin })).body;
    const clock = service.app.get(AccessClock);
    clock.now = () => Date.parse(expires_at) - 1;
    expect((await read(key)).status).toBe(200);
    clock.now = () => Date.parse(expires_at);
    expect((await read(key)).body).toMatchObject(UNKNOWN);
    expect((await service.call(`GET /api/keys/${id}`, { key: admin })).body.state).toBe('expired');
    expect((await service.call(`POST /api/keys/${id}/rotate`, { key: admin })).body.code).toBe(
      'key_not_active',
    );
    await service.call(`PATCH /api/keys/${id}`, { key: admin, body: { expires_at: null, name: 'ci 2' } });
    expect((await read(key)).body).toMatchObject({ name: 'ci 2' });
  });

  it('ends here at once and elsewhere within seconds when it is taken back, for good', async () => {
    const { key, id } = await make({ name: 'ci', scopes: ['links:read'] });
    const other = await startGuarded({ DATABASE_URL: database.url });
    try {
      expect((await other.call('GET /sample/read', { key })).status).toBe(200);
      const revoked = await service.call(`DELETE /api/keys/${id}`, { key: admin });
      expect(revoked.body).toMatchObject({ state: 'revoked', revoked_at: expect.any(String) });
      expect((await read(key)).body).toMatchObject(UNKNOWN);
      other.pass(STALE_MS);
      expect((await other.call('GET /sample/read', { key })).body).toMatchObject(UNKNOWN);
    } finally {
      await other.stop();
    }
    const changed = await service.call(`PATCH /api/keys/${id}`, { key: admin, body: { name: 'again' } });
    expect([changed.status, changed.body.code]).toEqual([409, 'key_not_active']);
  });

  it('works beside its successor until the overlap is over, to the millisecond', async () => {
    const { key: old, id } = await make({ name: 'ci', scopes: ['links:read'] });
    expect((await read(old)).status).toBe(200);
    const clock = service.app.get(AccessClock);
    const rotated = await service.call(`POST /api/keys/${id}/rotate`, {
      key: admin,
      body: { overlap_hours: 1.5 },
    });
    const { key, previous } = rotated.body;
    expect([rotated.status, rotated.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const end = Date.parse(previous.expires_at);
    clock.now = () => end - 1;
    expect((await read(old)).body).toMatchObject({ id });
    clock.now = () => end;
    expect((await read(old)).body).toMatchObject(UNKNOWN);
    expect((await read(key)).body).toMatchObject({ id });
    expect((await service.call(`GET /api/keys/${id}`, { key: admin })).body.previous).toBeNull();
  });

  it('ends at once when it is rotated without overlap, or twice', async () => {
    const { key: first, id } = await make({ name: 'ci', scopes: ['links:read'] });
    const rotate = async (body?: object) =>
      (await service.call(`POST /api/keys/${id}/rotate`, { key: admin, body })).body.key;
    const second = await rotate();
    expect((await read(first)).status).toBe(200);
    const third = await rotate();
    expect([(await read(first)).status, (await read(second)).status]).toEqual([401, 200]);
    await rotate({ overlap_hours: 0 });
    expect([(await read(second)).status, (await read(third)).status]).toEqual([401, 401]);
  });

  it('answers the same to keys that are over, taken back and that never were', async () => {
    const { key: revoked, id } = await make({ name: 'revoked', scopes: ['links:read'] });
    await service.call(`DELETE /api/keys/${id}`, { key: admin });
    const { key: expired } = await make({ name: 'x', scopes: ['links:read'], expires_at: dayFromNow() });
    const { key: replaced, id: rotated } = await make({ name: 'rotated', scopes: ['links:read'] });
    await service.call(`POST /api/keys/${rotated}/rotate`, { key: admin, body: { overlap_hours: 1 } });
    service.pass(25 * HOUR_MS);
    const answers = await Promise.all(
      [revoked, expired, replaced, `ff_${'x'.repeat(32)}`].map(async (key) => {
        const { status, body } = await read(key);
        return [status, { ...body, request_id: '' }];
      }),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual([401, expect.objectContaining(UNKNOWN)]);
  });

  it('remembers its last use, written at most once a minute and beside the call', async () => {
    const { key, id } = await make({ name: 'ci', scopes: ['links:read'] });
    const lastUse = async () =>
      (await service.call(`GET /api/keys/${id}`, { key: admin })).body.last_used_at as string | null;
    // Ends the writing every few seconds, which might come in between.
    await service.app.get(KeyUse).onApplicationShutdown();
    await read(key);
    expect(await lastUse()).toBeNull();
    await service.app.get(KeyUse).write();
    const first = await lastUse();
    expect(first).toMatch(/^20\d\d-.*Z$/);
    service.pass(30_000);
    await read(key);
    await service.app.get(KeyUse).write();
    expect(await lastUse()).toBe(first);
    service.pass(30_000);
    await read(key);
    await service.app.get(KeyUse).write();
    expect(Date.parse((await lastUse()) ?? '')).toBeGreaterThanOrEqual(Date.parse(first ?? '') + 60_000);
  });

  it('that is not there is not found', async () => {
    for (const id of ['x', '0191e7a2-5b7c-7c3e-9a51-2f1f0f9d6c11']) {
      expect((await service.call(`GET /api/keys/${id}`, { key: admin })).status).toBe(404);
      expect((await service.call(`DELETE /api/keys/${id}`, { key: admin })).body.code).toBe('key_not_found');
    }
  });
});

it('lets known callers in while the database is away, and tells others to come back', async () => {
  const { key } = await make({ name: 'ci', scopes: ['links:read'] });
  expect((await read(key)).status).toBe(200);
  connection.cut();
  try {
    service.pass(HOUR_MS);
    expect((await read(key)).status).toBe(200);
    const stranger = await read('ff_nobody-knows-whose');
    expect([stranger.status, stranger.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await service.call('GET /health/ready')).status).toBe(200);
  } finally {
    await connection.mend();
  }
  service.pass(STALE_MS);
  await eventually(async () => expect((await read('ff_nobody-knows-whose')).status).toBe(401));
});

describe('facing a network', () => {
  const start = (config: object = {}) =>
    startGuarded({ DATABASE_URL: database.url, HOST: '0.0.0.0', ...config });

  it('is refused while nobody could be asked for a key, naming every way', async () => {
    await service.database.query('TRUNCATE api_keys');
    for (const way of ['keys -- bootstrap', 'API_KEYS_FILE', 'OIDC_ISSUER', 'HOST'])
      await expect(start()).rejects.toThrow(way);
  });

  it('is refused with keys of which none is an administrator’s any more', async () => {
    await make({ name: 'ci', scopes: ['links:read'] });
    await service.database.query(`UPDATE api_keys SET revoked_at = now() WHERE 'admin' = ANY (scopes)`);
    await expect(start()).rejects.toThrow('HOST');
    await service.database.query(`UPDATE api_keys SET revoked_at = NULL, expires_at = now()`);
    await expect(start()).rejects.toThrow('HOST');
  });

  it('is fine with an administrator’s key', async () => {
    await (await start()).stop();
  });
});

it('keeps a log of what was done to keys, and by whom', async () => {
  const { id, key } = await make({ name: 'ci', scopes: ['links:read'] });
  await service.call(`PATCH /api/keys/${id}`, { key: admin, body: { name: 'ci 2' } });
  await service.call(`POST /api/keys/${id}/rotate`, { key: admin, body: { overlap_hours: 2 } });
  await service.call(`DELETE /api/keys/${id}`, { key: admin });
  const log = await service.call(`GET /api/audit?target=${id}`, { key: admin });
  const common = { actor_kind: 'key', actor_name: 'admin', target: id, request_id: expect.any(String) };
  expect(log.body.entries).toEqual([
    expect.objectContaining({ ...common, action: 'key.revoked', details: { key: 'ci 2' } }),
    expect.objectContaining({ ...common, action: 'key.rotated', details: { key: 'ci 2', overlap_hours: 2 } }),
    expect.objectContaining({ ...common, action: 'key.changed', details: { key: 'ci 2', name: 'ci 2' } }),
    expect.objectContaining({ ...common, action: 'key.created' }),
  ]);
  expect(JSON.stringify(log.body)).not.toContain(key);
  const page = await service.call('GET /api/audit?limit=3', { key: admin });
  const next = await service.call(`GET /api/audit?limit=3&cursor=${page.body.next_cursor}`, { key: admin });
  expect(next.body.entries.map(({ action }: { action: string }) => action)).toEqual([
    'key.created',
    'key.created',
  ]);
});
