import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { eventually } from '#testing';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { startReceiver } from '../../test/webhook-receiver.js';
import { notify } from './notify.query.js';

const KEYS = { jordan: 'key-of-jordan', robin: 'key-of-robin', service: 'key-of-a-service' };
const folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let base: string;

beforeAll(async () => {
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
  const keys = [
    `a:${sha256(KEYS.jordan)}:jordan`,
    `b:${sha256(KEYS.robin)}:robin`,
    `c:${sha256(KEYS.service)}`,
  ];
  writeFileSync(join(folder, 'keys'), keys.join('\n'));
  service = await runAnalyticsService({ ALLOW_PRIVATE_WEBHOOKS: true }, undefined, {
    apiKeysFile: join(folder, 'keys'),
  });
  base = `${await service.app.getUrl()}/api/webhooks`;
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await service.truncate('webhook_endpoints, webhook_deliveries');
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

/** Anything: the assertions look into it. */
type Json = ReturnType<typeof JSON.parse>;

async function call(
  method: string,
  path: string,
  { body, key = KEYS.service }: { body?: object; key?: string } = {},
) {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { 'x-api-key': key, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text ? JSON.parse(text) : undefined) as Json };
}

async function register(overrides: object = {}, key?: string): Promise<Json> {
  const body = { url: `${receiver.url}/hook`, types: ['booking.recorded'], ...overrides };
  const created = await call('POST', '', { body, ...(key && { key }) });
  expect(created).toMatchObject({ status: 201 });
  return created.body;
}

let facts = 0;
function tell(userId = 'jordan') {
  return notify(service.dataSource.manager, [
    {
      id: `fact ${++facts}`,
      type: 'booking.recorded',
      userId,
      occurredAt: new Date(),
      summary: 'Booked.',
      data: { n: facts },
    },
  ]);
}

async function log(id: string, query = ''): Promise<Json[]> {
  return (await call('GET', `/${id}/deliveries${query}`)).body.deliveries;
}

/** So many attempts at least: on a busy machine a retry may have come in between. */
function tried(id: string, times: number) {
  return eventually(async () => expect((await log(id))[0]?.attempts.length).toBeGreaterThanOrEqual(times));
}

/** As it is when a retry has become due. */
const hurry = () =>
  service.dataSource.query(
    'UPDATE webhook_deliveries SET next_attempt_at = now() WHERE next_attempt_at > now()',
  );

async function failFor(days: number) {
  await service.dataSource.query(
    'UPDATE webhook_endpoints SET failing_since = now() - $1 * interval $$1 day$$',
    [days],
  );
}

describe('webhooks', () => {
  it('are told within seconds, with a signature that the Standard Webhooks library verifies', async () => {
    const { id, secret } = await register();
    await tell();
    await eventually(() => expect(receiver.received).toHaveLength(1));
    const [told] = receiver.received;
    expect(told).toMatchObject({ path: '/hook', headers: { 'content-type': 'application/json' } });
    const verified = new Webhook(secret).verify(told?.body ?? '', told?.headers as Record<string, string>);
    expect(verified).toMatchObject({ type: 'booking.recorded', version: 1, data: { n: facts } });
    await eventually(async () =>
      expect(await log(id)).toMatchObject([
        {
          webhook_id: told?.headers['webhook-id'],
          status: 'delivered',
          next_attempt_at: null,
          attempts: [{ status: 200, response: 'thanks', duration_ms: expect.any(Number) }],
          payload: { type: 'booking.recorded' },
        },
      ]),
    );
  });

  it('are told again after a failure, the same under the same id, and work again after a success', async () => {
    const { id } = await register();
    receiver.answer = (response) => void response.writeHead(500).end('broken');
    await tell();
    await tried(id, 1);
    expect(Date.parse((await call('GET', `/${id}`)).body.failing_since)).toBeLessThanOrEqual(Date.now());
    receiver.answer = (response) => void response.end();
    await hurry();
    await eventually(async () => expect((await log(id))[0].status).toBe('delivered'));
    const [{ attempts }] = await log(id);
    expect(attempts[0]).toMatchObject({ status: 500, response: 'broken' });
    expect(attempts.at(-1)).toMatchObject({ status: 200 });
    const [first, second] = receiver.received;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect((await call('GET', `/${id}`)).body.failing_since).toBeNull();
  });

  it('that ask for a longer wait get it', async () => {
    const { id } = await register();
    receiver.answer = (response) => void response.writeHead(429, { 'retry-after': '7200' }).end();
    await tell();
    await tried(id, 1);
    const waitMs = Date.parse((await log(id))[0].next_attempt_at) - Date.now();
    expect(waitMs).toBeGreaterThan(7_100_000);
    expect(waitMs).toBeLessThan(2 * 7_200_000);
  });

  it('that are gone are disabled at once, and what waits for them fails', async () => {
    const { id } = await register();
    receiver.answer = (response) => void response.writeHead(410).end();
    await tell();
    await eventually(async () =>
      expect((await call('GET', `/${id}`)).body).toMatchObject({ enabled: false, disabled_reason: 'gone' }),
    );
    expect(await log(id)).toMatchObject([
      { status: 'failed', next_attempt_at: null, attempts: [{ status: 410 }] },
    ]);
    await tell();
    expect(await log(id)).toHaveLength(1);
    expect(await call('POST', `/${id}/replay`, { body: { since: '2026-01-01T00:00:00Z' } })).toMatchObject({
      status: 409,
      body: { code: 'webhook_disabled' },
    });
  });

  it('that fail for three days are disabled, and begin anew when they are enabled', async () => {
    const { id } = await register();
    receiver.answer = (response) => void response.writeHead(503).end();
    await tell();
    await tried(id, 1);
    await failFor(2.9);
    await hurry();
    await tried(id, 2);
    expect((await call('GET', `/${id}`)).body.enabled).toBe(true);
    await failFor(3.1);
    await hurry();
    await eventually(async () =>
      expect((await call('GET', `/${id}`)).body).toMatchObject({
        enabled: false,
        disabled_reason: 'failing',
      }),
    );
    expect(await log(id)).toMatchObject([{ status: 'failed', next_attempt_at: null }]);
    const enabled = await call('PATCH', `/${id}`, { body: { enabled: true } });
    expect(enabled.body).toMatchObject({ enabled: true, disabled_reason: null, failing_since: null });
    receiver.answer = (response) => void response.end();
    const since = new Date(Date.now() - 60_000).toISOString();
    expect(await call('POST', `/${id}/replay`, { body: { since } })).toEqual({
      status: 202,
      body: { replayed: 1 },
    });
    await eventually(async () => expect((await log(id))[0]?.status).toBe('delivered'));
    expect((await call('POST', `/${id}/replay`, { body: { since } })).body).toEqual({ replayed: 0 });
    expect((await call('POST', `/${id}/replay`, { body: { since, all: true } })).body).toEqual({
      replayed: 1,
    });
  });

  it('give a delivery up after ten attempts', async () => {
    const { id } = await register();
    receiver.answer = (response) => void response.writeHead(500).end();
    await tell();
    await eventually(async () => {
      // Again when an attempt under way has overwritten it.
      await service.dataSource.query("UPDATE webhook_deliveries SET failures = 9 WHERE status = 'pending'");
      await hurry();
      expect(await log(id, '?status=failed')).toHaveLength(1);
    });
  });

  it('sign with both secrets for a day after a rotation', async () => {
    const { id, secret: old } = await register();
    const { body: rotated } = await call('POST', `/${id}/rotate-secret`);
    expect(rotated.secret).not.toBe(old);
    await call('POST', `/${id}/test`);
    await service.dataSource.query('UPDATE webhook_endpoints SET previous_secret_until = now()');
    await call('POST', `/${id}/test`);
    const [both, fresh] = receiver.received;
    const verify = (secret: string, told = both) =>
      new Webhook(secret).verify(told?.body ?? '', told?.headers as Record<string, string>);
    expect(verify(old)).toMatchObject({ type: 'webhook.test' });
    expect(verify(rotated.secret)).toMatchObject({ type: 'webhook.test' });
    expect(verify(rotated.secret, fresh)).toMatchObject({ type: 'webhook.test' });
    expect(() => verify(old, fresh)).toThrow(/signature/i);
  });

  it('are tested at once, also while they are disabled, and a test that fails is neither repeated nor held against them', async () => {
    const { id } = await register({ enabled: false });
    expect((await call('POST', `/${id}/test`)).body).toMatchObject({
      status: 'delivered',
      type: 'webhook.test',
    });
    receiver.answer = (response) => void response.writeHead(410).end('no');
    expect((await call('POST', `/${id}/test`)).body).toMatchObject({
      status: 'failed',
      next_attempt_at: null,
      attempts: [{ status: 410, response: 'no' }],
    });
    expect((await call('GET', `/${id}`)).body).toMatchObject({
      disabled_reason: 'by_hand',
      failing_since: null,
    });
  });

  it('are told one message again on request, and keep the last twenty attempts', async () => {
    const { id } = await register();
    await tell();
    await eventually(async () => expect((await log(id))[0]?.status).toBe('delivered'));
    const [{ id: deliveryId }] = await log(id);
    await service.dataSource.query(
      `UPDATE webhook_deliveries SET attempts = (SELECT jsonb_agg(jsonb_build_object('n', n)) FROM generate_series(1, 20) AS n)`,
    );
    expect(await call('POST', `/${id}/deliveries/${deliveryId}/replay`)).toMatchObject({
      status: 202,
      body: { status: 'pending' },
    });
    await eventually(() => expect(receiver.received).toHaveLength(2));
    await eventually(async () => expect((await log(id))[0]?.status).toBe('delivered'));
    const [{ attempts }] = await log(id);
    expect([attempts.length, attempts[0].n, attempts[19].status]).toEqual([20, 2, 200]);
    expect((await call('POST', `/${id}/deliveries/999999/replay`)).body.code).toBe('delivery_not_found');
  });

  it('show their log page by page', async () => {
    const { id } = await register({ enabled: true, types: ['booking.recorded', 'booking.recorded'] });
    for (let i = 0; i < 5; i++) await tell();
    const first = (await call('GET', `/${id}/deliveries?limit=3`)).body;
    const second = (await call('GET', `/${id}/deliveries?limit=3&cursor=${first.next_cursor}`)).body;
    const told = [...first.deliveries, ...second.deliveries].map(({ payload }) => payload.data.n);
    expect(told).toEqual([facts, facts - 1, facts - 2, facts - 3, facts - 4]);
    expect(second.next_cursor).toBeNull();
  });

  it('never show a secret again, and are changed, listed and removed', async () => {
    const { id, secret, ...created } = await register({ description: 'mine' });
    expect(secret).toMatch(/^whsec_/);
    expect((await call('GET', `/${id}`)).body).toEqual({ id, ...created });
    const changed = await call('PATCH', `/${id}`, { body: { types: ['click.human'], description: null } });
    expect(changed.body).toMatchObject({ types: ['click.human'], description: null, url: created.url });
    const { body: listed } = await call('GET', '');
    expect(listed).toMatchObject({ webhooks: [{ id }], next_cursor: null });
    expect(JSON.stringify(listed)).not.toContain('whsec_');
    expect((await call('DELETE', `/${id}`)).status).toBe(204);
    expect((await call('GET', `/${id}`)).body.code).toBe('webhook_not_found');
  });

  it.each([
    [{ url: 'ftp://a.example/' }, 'invalid_webhook_url'],
    [{ url: 7 }, 'invalid_request'],
    [{ types: [] }, 'invalid_request'],
    [{ types: ['click.machine'] }, 'invalid_request'],
    [{ user_id: 'a b' }, 'invalid_request'],
    [{ description: 'a\0b' }, 'invalid_request'],
    [{ secret: 'mine' }, 'invalid_request'],
  ])('are not made of %j', async (wrong, code) => {
    const body = { url: receiver.url, types: ['click.human'], ...wrong };
    expect(await call('POST', '', { body })).toMatchObject({ status: 400, body: { code } });
  });

  it('are limited to twenty for each user', async () => {
    for (let i = 0; i < 20; i++) await register({}, KEYS.jordan);
    const body = { url: receiver.url, types: ['click.human'] };
    expect(await call('POST', '', { body, key: KEYS.jordan })).toMatchObject({ status: 409 });
    await register({}, KEYS.robin);
  });
});

describe('the key of one user', () => {
  it('makes webhooks that are told of that user only', async () => {
    const mine = await register({}, KEYS.jordan);
    expect(mine.user_id).toBe('jordan');
    const refused = await call('POST', '', {
      key: KEYS.jordan,
      body: { url: receiver.url, types: ['click.human'], user_id: 'robin' },
    });
    expect(refused).toMatchObject({ status: 403, body: { code: 'not_your_user' } });
    await tell('robin');
    await tell('jordan');
    expect((await log(mine.id)).map(({ payload }) => payload.data.n)).toEqual([facts]);
  });

  it('finds nothing of another’s, whatever it calls', async () => {
    const { id } = await register({}, KEYS.robin);
    await tell('robin');
    const [{ id: deliveryId }] = await log(id);
    const since = '2026-01-01T00:00:00Z';
    const calls: [string, string, object?][] = [
      ['GET', `/${id}`],
      ['PATCH', `/${id}`, { enabled: false }],
      ['DELETE', `/${id}`],
      ['POST', `/${id}/rotate-secret`],
      ['POST', `/${id}/test`],
      ['GET', `/${id}/deliveries`],
      ['POST', `/${id}/deliveries/${deliveryId}/replay`],
      ['POST', `/${id}/replay`, { since }],
    ];
    for (const [method, path, body] of calls) {
      const answer = await call(method, path, { key: KEYS.jordan, ...(body && { body }) });
      expect(answer).toMatchObject({ status: 404, body: { code: 'webhook_not_found' } });
    }
    expect((await call('GET', '', { key: KEYS.jordan })).body).toEqual({ webhooks: [], next_cursor: null });
    expect((await call('GET', '?user_id=robin', { key: KEYS.jordan })).status).toBe(403);
    expect((await call('GET', `/${id}`, { key: KEYS.robin })).body.enabled).toBe(true);
  });
});
