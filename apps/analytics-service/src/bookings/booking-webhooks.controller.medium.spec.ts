import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  calcomDelivery,
  calendlyDelivery,
  SIGNING_KEYS,
  savvycalDelivery,
  signatureOf,
} from '../../test/booking-deliveries.js';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import type { BookingProvider } from './booking.entity.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;

beforeAll(async () => {
  service = await runAnalyticsService({
    CALENDLY_WEBHOOK_SIGNING_KEY: ['an old key', SIGNING_KEYS.calendly],
    CALCOM_WEBHOOK_SECRET: [SIGNING_KEYS.calcom],
  });
});
afterAll(() => service.stop());
beforeEach(() => service.truncate('booking_deliveries, bookings'));

async function deliver(
  provider: BookingProvider,
  body: string | Buffer,
  headers: Record<string, string> = signatureOf(provider, body),
) {
  const response = await service.app.inject({
    method: 'POST',
    url: `/webhooks/${provider}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: body,
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

async function countStored(): Promise<number> {
  const [row] = await service.dataSource.query('SELECT count(*)::int AS stored FROM booking_deliveries');
  return row.stored;
}

async function metric(line: RegExp): Promise<string | undefined> {
  const { payload } = await service.app.inject({ method: 'GET', url: '/metrics' });
  return line.exec(payload)?.[0];
}

const BODY = JSON.stringify(calendlyDelivery());

describe('a webhook', () => {
  it('stores what is signed by any of the keys, without an API key', async () => {
    const old = signatureOf('calendly', BODY, { key: 'an old key' });
    expect(await deliver('calendly', BODY, old)).toMatchObject({ status: 200, body: { received: true } });
    const calcom = JSON.stringify(calcomDelivery());
    expect(await deliver('calcom', calcom)).toMatchObject({ status: 200, body: { repeated: false } });
    expect(await countStored()).toBe(2);
  });

  it('stores an event once, however often and however signed it is delivered', async () => {
    await deliver('calendly', BODY);
    expect((await deliver('calendly', BODY)).body).toEqual({ received: true, repeated: true });
    const later = signatureOf('calendly', `${BODY} `, { seconds: 1_700_000_000 });
    expect((await deliver('calendly', `${BODY} `, later)).body).toEqual({ received: true, repeated: true });
    expect(await countStored()).toBe(1);
    const other = JSON.stringify(calendlyDelivery({ at: '2026-05-04T10:00:00.000001Z' }));
    expect((await deliver('calendly', other)).body).toEqual({ received: true, repeated: false });
  });

  it('takes a delivery that was signed long ago, and counts it', async () => {
    const stale = signatureOf('calendly', BODY, { seconds: Math.floor(Date.now() / 1_000) - 86_400 });
    expect((await deliver('calendly', BODY, stale)).status).toBe(200);
    expect(await metric(/footfall_bookings_deliveries_stale_total\{provider="calendly"\} \d+/)).toMatch(
      /[1-9]$/,
    );
  });

  it.each([
    ['another key', BODY, signatureOf('calendly', BODY, { key: 'wrong' }), 401, 'wrong_signature'],
    ['one byte more', `${BODY} `, signatureOf('calendly', BODY), 401, 'wrong_signature'],
    ['one byte changed', BODY.replace('A', 'B'), signatureOf('calendly', BODY), 401, 'wrong_signature'],
    ['no signature', BODY, {}, 401, 'no_signature'],
    ['a signature of another form', BODY, { 'calendly-webhook-signature': 'v1' }, 401, 'wrong_signature'],
    [
      'a type that is not JSON',
      BODY,
      { ...signatureOf('calendly', BODY), 'content-type': 'text/plain' },
      400,
      'invalid_content_type',
    ],
    ['more bytes than any delivery has', ' '.repeat(256 * 1024 + 1), {}, 413, 'body_too_large'],
    ['more bytes than any call takes', ' '.repeat(2 * 1024 * 1024 + 1), {}, 413, 'body_too_large'],
  ])('refuses %s and stores nothing', async (_what, body, headers, status, code) => {
    expect(await deliver('calendly', body, headers)).toMatchObject({
      status,
      body: { success: false, code },
    });
    expect(await countStored()).toBe(0);
  });

  it('says which setting is missing while there is no key, and that it may be tried again', async () => {
    const answer = await deliver('savvycal', JSON.stringify(savvycalDelivery()));
    expect(answer).toMatchObject({ status: 503, body: { code: 'webhook_not_configured' } });
    expect(answer.body.error).toMatch(/SAVVYCAL_WEBHOOK_SECRET/);
    expect(answer.headers['retry-after']).toBe('60');
    expect(
      await metric(/deliveries_refused_total\{provider="savvycal",reason="not_configured"\} \d+/),
    ).toMatch(/ 1$/);
  });

  it.each([
    ['no JSON', '{broken'],
    ['nothing at all', ''],
    ['bytes that are no text', Buffer.from([0xff, 0x00, 0xfe])],
    ['another shape', '[[[]]]'],
    ['an unknown kind of event', JSON.stringify({ event: 'x\0'.repeat(500), created_at: 1, payload: null })],
    ['nesting without end', '['.repeat(100_000)],
  ])('stores %s when it is signed, for a person to see', async (_what, body) => {
    expect(await deliver('calendly', body)).toMatchObject({ status: 200 });
    expect((await deliver('calendly', body)).body.repeated).toBe(true);
    expect(await countStored()).toBe(1);
  });
});
