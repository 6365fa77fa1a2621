import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { calendlyDelivery, SIGNING_KEYS, signatureOf } from '../../test/booking-deliveries.js';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleLink } from '../../test/sample-events.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { BookingProcessor } from './booking-processor.service.js';

const KEYS = { jordan_avery: 'key-of-jordan', robin: 'key-of-robin', service: 'key-of-service' };
const folder = mkdtempSync(join(tmpdir(), 'booking-keys-'));
let service: Awaited<ReturnType<typeof runAnalyticsService>>;
/** Jordan's booking. */
let url: string;

beforeAll(async () => {
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
  const apiKeysFile = join(folder, 'keys');
  const lines = Object.entries(KEYS).map(
    ([name, key]) => `${name}:${sha256(key)}${name === 'service' ? '' : `:${name}`}`,
  );
  writeFileSync(apiKeysFile, lines.join('\n'));
  service = await runAnalyticsService({ CALENDLY_WEBHOOK_SIGNING_KEY: [SIGNING_KEYS.calendly] }, undefined, {
    apiKeysFile,
  });
  await service.app
    .get(LinkChangedProjector)
    .handle([
      sampleLink(),
      sampleLink({ tracking_id: 'lt_robins', user_id: 'robin', application_id: 'app-r' }),
    ]);
  for (const invitee of [{}, { invitee: 'R', trackingId: 'lt_robins' }, { invitee: 'N', trackingId: null }]) {
    const payload = JSON.stringify(calendlyDelivery(invitee));
    const headers = { 'content-type': 'application/json', ...signatureOf('calendly', payload) };
    await service.app.inject({ method: 'POST', url: '/webhooks/calendly', headers, payload });
  }
  await service.app.get(BookingProcessor).processDue();
  const { body } = await call('jordan_avery', 'GET', '/api/bookings');
  url = `/api/bookings/${body.bookings[0].booking_id}`;
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

async function call(
  as: keyof typeof KEYS,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  payload?: object,
) {
  const response = await service.app.inject({
    method,
    url: path,
    payload,
    headers: { 'x-api-key': KEYS[as] },
  });
  return { status: response.statusCode, body: response.json() };
}

it('shows each user their own bookings, and a service all', async () => {
  const owners = async (as: keyof typeof KEYS) =>
    (await call(as, 'GET', '/api/bookings')).body.bookings.map(({ user_id }: { user_id: string }) => user_id);
  expect(await owners('jordan_avery')).toEqual(['jordan_avery']);
  expect(await owners('robin')).toEqual(['robin']);
  expect((await owners('service')).toSorted()).toEqual(['jordan_avery', 'robin', null].toSorted());
  expect(await call('robin', 'GET', '/api/bookings?user_id=jordan_avery')).toMatchObject({ status: 403 });
});

it('neither shows nor changes another user’s booking, nor gives one to another user', async () => {
  expect(await call('robin', 'GET', url)).toMatchObject({ status: 404 });
  expect(await call('robin', 'POST', `${url}/attribution`, { tracking_id: 'lt_robins' })).toMatchObject({
    status: 404,
  });
  expect(await call('robin', 'DELETE', `${url}/attribution`)).toMatchObject({ status: 404 });
  const toRobin = { application_id: 'app-r' };
  expect(await call('jordan_avery', 'POST', `${url}/attribution`, toRobin)).toMatchObject({ status: 404 });
  const asRobin = { application_id: 'app-r', user_id: 'robin' };
  expect(await call('jordan_avery', 'POST', `${url}/attribution`, asRobin)).toMatchObject({ status: 403 });
  expect(await call('jordan_avery', 'GET', url)).toMatchObject({
    status: 200,
    body: { application_id: 'app-1', attributed_by: 'tracking' },
  });
});

it('keeps deliveries, which are nobody’s yet, from users', async () => {
  expect(await call('robin', 'GET', '/api/bookings/deliveries')).toMatchObject({ status: 403 });
  expect(await call('robin', 'POST', '/api/bookings/deliveries/1/retry')).toMatchObject({ status: 403 });
  expect(await call('service', 'GET', '/api/bookings/deliveries')).toMatchObject({ status: 200 });
});
