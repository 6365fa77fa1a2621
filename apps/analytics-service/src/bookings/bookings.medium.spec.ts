import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import type { ClickRecorded } from '#contracts';
import { scopeOfUser } from '#events';
import { eventually } from '#testing';
import {
  calcomDelivery,
  calendlyDelivery,
  inviteeUri,
  type SampleInvitee,
  SIGNING_KEYS,
  savvycalDelivery,
  signatureOf,
} from '../../test/booking-deliveries.js';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick, sampleLink } from '../../test/sample-events.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { reclassify } from '../reclassify/reclassify.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';
import { SettlingService } from '../settling/settling.service.js';
import type { BookingProvider } from './booking.entity.js';
import { BookingProcessor } from './booking-processor.service.js';
import { Bookings } from './bookings.service.js';
import { eraseDeliveries } from './erase-deliveries.query.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;

beforeAll(async () => {
  service = await runAnalyticsService({
    CALENDLY_WEBHOOK_SIGNING_KEY: [SIGNING_KEYS.calendly],
    CALCOM_WEBHOOK_SECRET: [SIGNING_KEYS.calcom],
    SAVVYCAL_WEBHOOK_SECRET: [SIGNING_KEYS.savvycal],
  });
});
afterAll(() => service.stop());
beforeEach(async () => {
  service.links.isDown = false;
  await service.truncate(`booking_deliveries, bookings, links, link_clicks, link_counters, link_days, unique_sessions,
       session_counters, activity, source_activity, settling, flagged_networks, webhook_endpoints, webhook_deliveries, applications,
       erased_links, erased_bookings`);
  await service.app
    .get(LinkChangedProjector)
    .handle([
      sampleLink(),
      sampleLink({ tracking_id: 'lt_other', application_id: 'app-2', job_id: 'job-2' }),
    ]);
});

async function deliver(provider: BookingProvider, json: unknown) {
  const payload = JSON.stringify(json);
  const response = await service.app.inject({
    method: 'POST',
    url: `/webhooks/${provider}`,
    headers: { 'content-type': 'application/json', ...signatureOf(provider, payload) },
    payload,
  });
  expect(response.statusCode).toBe(200);
}

async function deliverAll(provider: BookingProvider, deliveries: readonly unknown[]) {
  for (const delivery of deliveries) {
    await deliver(provider, delivery);
    await service.app.get(BookingProcessor).processDue();
  }
}

const calendly = (...invitees: SampleInvitee[]) => deliverAll('calendly', invitees.map(calendlyDelivery));

async function call(method: 'GET' | 'POST' | 'DELETE', url: string, payload?: object) {
  const response = await service.app.inject({ method, url, payload });
  return { status: response.statusCode, body: response.json() };
}

async function listBookings(query = '') {
  return (await call('GET', `/api/bookings${query}`)).body.bookings;
}

async function theBooking() {
  const bookings = await listBookings();
  expect(bookings).toHaveLength(1);
  return bookings[0];
}

const CLICKED_AT = '2026-05-04T09:55:00.000Z';

async function click(overrides: Partial<ClickRecorded> = {}): Promise<string> {
  const event_id = uuidv7();
  const stored = sampleClick({ event_id, occurred_at: CLICKED_AT, ...overrides });
  await service.app.get(ClickIngest).storeEvents([stored]);
  return event_id;
}

/** No language and no wish for HTML: suspected. */
const SUSPICIOUS = { headers: { accept: '*/*' } };

async function verdictOf(clickId: string) {
  const [row] = await service.dataSource.query(
    'SELECT class, score, reasons FROM link_clicks WHERE click_id = $1',
    [clickId],
  );
  return row;
}

async function humanClicks(trackingId = 'lt_calendly_abc123'): Promise<number> {
  const [row] = await service.dataSource.query(
    'SELECT human_clicks::int FROM link_counters WHERE tracking_id = $1',
    [trackingId],
  );
  return row?.human_clicks ?? 0;
}

const created = { at: '2026-05-04T10:00:00Z' };
const away = { event: 'invitee.canceled', at: '2026-05-05T10:00:00Z', rescheduled: true, to: 'B' };
const here = {
  invitee: 'B',
  from: 'A',
  at: '2026-05-05T10:00:00Z',
  bookedAt: '2026-05-05T10:00:00Z',
  startsAt: '2026-05-12T09:00:00Z',
  trackingId: null,
};
const canceled = { event: 'invitee.canceled', at: '2026-05-06T10:00:00Z', invitee: 'B', from: 'A' };

describe('a booking', () => {
  it('is attributed to the application of the link that it came from', async () => {
    await calendly({});
    expect(await theBooking()).toMatchObject({
      provider: 'calendly',
      provider_ref: inviteeUri('A'),
      status: 'active',
      booked_at: '2026-05-04T10:00:00.000Z',
      starts_at: '2026-05-11T15:00:00.000Z',
      ends_at: '2026-05-11T15:30:00.000Z',
      invitee_name: 'Riley Recruiter',
      invitee_email: 'riley@example.com',
      tracking_id: 'lt_calendly_abc123',
      application_id: 'app-1',
      job_id: 'job-1',
      user_id: 'jordan_avery',
      attributed_by: 'tracking',
      click: null,
    });
  });

  it('is made by the service itself as soon as it is delivered', async () => {
    await deliver('calendly', calendlyDelivery());
    await eventually(theBooking);
  });

  it.each([
    ['in order', [created, away, here]],
    ['with the new time first', [here, away, created]],
    ['with the old time last', [away, here, created]],
  ])('that is moved stays one booking, delivered %s', async (_order, deliveries) => {
    await calendly(...deliveries);
    expect(await theBooking()).toMatchObject({
      provider_ref: inviteeUri('B'),
      rescheduled_from: inviteeUri('A'),
      status: 'active',
      booked_at: '2026-05-04T10:00:00.000Z',
      starts_at: '2026-05-12T09:00:00.000Z',
      application_id: 'app-1',
    });
  });

  it('keeps its id when it is moved, and is one when its two ends turn out to belong together', async () => {
    await calendly(created);
    const { booking_id } = await theBooking();
    await calendly({ ...here, from: undefined });
    expect(await listBookings()).toHaveLength(2);
    await calendly(away);
    expect(await theBooking()).toMatchObject({ booking_id, provider_ref: inviteeUri('B') });
  });

  it('that is canceled stays canceled when its creation is delivered late', async () => {
    await calendly(canceled, here, created, away);
    expect(await theBooking()).toMatchObject({ status: 'canceled', application_id: 'app-1' });
  });

  it('shows that nobody came, and takes that back', async () => {
    await calendly({}, { event: 'invitee_no_show.created', at: '2026-05-11T16:00:00Z' });
    expect(await theBooking()).toMatchObject({ status: 'no_show' });
    await calendly({ event: 'invitee_no_show.deleted', at: '2026-05-11T17:00:00Z' });
    expect(await theBooking()).toMatchObject({ status: 'active' });
  });

  it('of Cal.com keeps its application over a move that does not name it, and a no-show told too early', async () => {
    const noShow = { bookingUid: 'cal-B', attendees: [{ email: 'riley@example.com', noShow: true }] };
    await deliverAll('calcom', [
      calcomDelivery({ event: 'BOOKING_NO_SHOW_UPDATED', at: '2026-05-12T10:00:00Z', payload: noShow }),
    ]);
    expect(await listBookings()).toEqual([]);
    await deliverAll('calcom', [
      calcomDelivery({
        event: 'BOOKING_RESCHEDULED',
        at: '2026-05-05T10:00:00Z',
        payload: { uid: 'cal-B', rescheduleUid: 'cal-A', metadata: {} },
      }),
      calcomDelivery(),
    ]);
    expect(await theBooking()).toMatchObject({
      provider: 'calcom',
      provider_ref: 'cal-B',
      rescheduled_from: 'cal-A',
      status: 'no_show',
      application_id: 'app-1',
    });
  });

  it('of SavvyCal is moved and canceled under one name', async () => {
    const moved = { start_at: '2026-05-12T09:00:00Z' };
    await deliverAll('savvycal', [
      savvycalDelivery({ type: 'event.rescheduled', id: 'p2', at: '2026-05-05T10:00:00Z', payload: moved }),
      savvycalDelivery(),
    ]);
    expect(await theBooking()).toMatchObject({
      status: 'active',
      starts_at: '2026-05-12T09:00:00.000Z',
      application_id: 'app-1',
    });
    const canceled = { ...moved, state: 'canceled' };
    await deliverAll('savvycal', [
      savvycalDelivery({ type: 'event.canceled', id: 'p3', at: '2026-05-06T10:00:00Z', payload: canceled }),
    ]);
    expect(await theBooking()).toMatchObject({ status: 'canceled' });
  });

  it('is told once to whoever asked for it, without its invitee', async () => {
    await service.dataSource.query(
      `INSERT INTO webhook_endpoints (url, types, secret) VALUES ('https://a.example/', '{booking.recorded}', 's')`,
    );
    await service.dataSource.query(
      `INSERT INTO applications (user_id, application_id, company, title)
       VALUES ('jordan_avery', 'app-1', 'Tech Corp', 'Marketing Manager')
       ON CONFLICT (user_id, application_id) DO UPDATE SET company = excluded.company, title = excluded.title`,
    );
    await calendly(created, away, here);
    const told = await service.dataSource.query('SELECT user_id, body::json AS body FROM webhook_deliveries');
    expect(told).toEqual([{ user_id: 'jordan_avery', body: expect.anything() }]);
    expect(told[0].body.summary).toBe('An interview was booked for Marketing Manager at Tech Corp.');
    expect(JSON.stringify(told)).not.toMatch(/riley/i);
  });
});

describe('a delivery', () => {
  it('waits without an end while link-service is away, and is then processed', async () => {
    await service.truncate('links');
    service.links.isDown = true;
    await calendly({});
    const waiting = await call('GET', '/api/bookings/deliveries');
    expect(waiting.body.deliveries).toMatchObject([{ state: 'pending', event: 'invitee.created' }]);
    service.links.isDown = false;
    service.links.links.set('lt_calendly_abc123', linkOf('lt_calendly_abc123'));
    await eventually(async () => expect(await theBooking()).toMatchObject({ application_id: 'app-1' }));
    service.links.links.clear();
  });

  it('that cannot be read is parked with its reason, and processed again when a person says so', async () => {
    await deliverAll('calendly', [{ ...calendlyDelivery(), created_at: 'today' }]);
    const { body } = await call('GET', '/api/bookings/deliveries');
    expect(body.deliveries).toMatchObject([{ state: 'parked', reason: 'created_at: must be a moment' }]);
    const [{ delivery_id: id }] = body.deliveries;
    await service.dataSource.query('UPDATE booking_deliveries SET body = $1', [
      Buffer.from(JSON.stringify(calendlyDelivery())),
    ]);
    expect(await call('POST', `/api/bookings/deliveries/${id}/retry`)).toMatchObject({ status: 202 });
    await eventually(theBooking);
    expect(await call('POST', `/api/bookings/deliveries/${id}/retry`)).toMatchObject({ status: 404 });
  });

  it('leaves neither its body nor anything else when no booking needs it', async () => {
    await calendly({ event: 'routing_form_submission.created' }, {});
    const rows = await service.dataSource.query('SELECT state, body FROM booking_deliveries ORDER BY 1');
    expect(rows).toEqual([
      { state: 'ignored', body: null },
      { state: 'processed', body: null },
    ]);
  });
});

describe('the click that led to a booking', () => {
  it('is a person’s, with its reason, and counters follow', async () => {
    const suspected = await click(SUSPICIOUS);
    expect(await verdictOf(suspected)).toMatchObject({ class: 'suspected' });
    await calendly({});
    expect(await verdictOf(suspected)).toMatchObject({
      class: 'human',
      score: 45,
      reasons: ['no_accept_language', 'accept_without_html', 'booked'],
    });
    expect(await humanClicks()).toBe(1);
    expect(await theBooking()).toMatchObject({ click: { click_id: suspected, clicked_at: CLICKED_AT } });
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });

  it('is the last before it that no machine made under its own name', async () => {
    const first = await click(SUSPICIOUS);
    const scanner = await click({ ip: '67.231.152.9', occurred_at: '2026-05-04T09:56:00.000Z' });
    await click({ user_agent: 'curl/8.5.0', occurred_at: '2026-05-04T09:57:00.000Z' });
    await click({ answer: 'preflight', occurred_at: '2026-05-04T09:58:00.000Z' });
    await click({ tracking_id: 'lt_other', occurred_at: '2026-05-04T09:58:00.000Z' });
    await click({ occurred_at: '2026-05-04T10:00:00.001Z' });
    await calendly({});
    expect((await theBooking()).click.click_id).toBe(scanner);
    expect(await verdictOf(first)).toMatchObject({ class: 'suspected' });
  });

  it('stays a person’s when it settles, and when it is judged again', async () => {
    const suspected = await click({
      ...SUSPICIOUS,
      occurred_at: new Date(Date.now() - 60_000).toISOString(),
    });
    await calendly({ bookedAt: new Date().toISOString() });
    const before = await verdictOf(suspected);
    expect(before).toMatchObject({ class: 'human' });
    await service.app.get(SettlingService).settleDue(new Date(Date.now() + 60_000));
    expect(await verdictOf(suspected)).toEqual(before);
    const period = { from: new Date(Date.now() - 3_600_000), to: new Date(Date.now() + 1_000) };
    await service.dataSource.query("UPDATE link_clicks SET score = 0, reasons = '{booked}'");
    await reclassify(service.dataSource, period);
    expect(await verdictOf(suspected)).toEqual(before);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });

  it('is found when it is stored after its booking', async () => {
    await calendly({});
    const late = await click(SUSPICIOUS);
    await service.app.get(Bookings).findLateClicks();
    expect((await theBooking()).click.click_id).toBe(late);
    expect(await verdictOf(late)).toMatchObject({ class: 'human' });
    expect(await service.app.get(Bookings).findLateClicks()).toBe(0);
  });

  it('is no person’s any more when its booking turns out to belong elsewhere, unless another one came from it', async () => {
    const suspected = await click(SUSPICIOUS);
    const other = await click({
      ...SUSPICIOUS,
      tracking_id: 'lt_other',
      application_id: 'app-2',
      job_id: 'job-2',
    });
    await calendly({}, { invitee: 'C' });
    const [one, two] = await listBookings();
    const moved = await call('POST', `/api/bookings/${one.booking_id}/attribution`, {
      tracking_id: 'lt_other',
    });
    expect(moved).toMatchObject({
      status: 200,
      body: { application_id: 'app-2', attributed_by: 'hand', click: { click_id: other } },
    });
    expect(await verdictOf(suspected)).toMatchObject({ class: 'human' });
    expect(await verdictOf(other)).toMatchObject({ class: 'human' });
    await call('DELETE', `/api/bookings/${two.booking_id}/attribution`);
    expect(await verdictOf(suspected)).toMatchObject({
      class: 'suspected',
      reasons: ['no_accept_language', 'accept_without_html'],
    });
    expect([await humanClicks(), await humanClicks('lt_other')]).toEqual([0, 1]);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });
});

describe('attribution by hand', () => {
  it('finds bookings that belong to nothing, gives them to an application, and takes that back', async () => {
    await calendly({ trackingId: 'lt_never_minted' }, { invitee: 'B', trackingId: null }, { invitee: 'C' });
    const unattributed = await listBookings('?attributed=false');
    expect(unattributed).toHaveLength(2);
    expect(await listBookings('?attributed=true')).toHaveLength(1);
    const { booking_id: id } = unattributed[0];
    const given = await call('POST', `/api/bookings/${id}/attribution`, { application_id: 'app-2' });
    expect(given).toMatchObject({
      status: 200,
      body: { application_id: 'app-2', job_id: 'job-2', user_id: 'jordan_avery', tracking_id: null },
    });
    expect(await listBookings('?application_id=app-2')).toHaveLength(1);
    await call('DELETE', `/api/bookings/${id}/attribution`);
    expect(await listBookings('?attributed=false')).toHaveLength(2);
  });

  it('stands whatever is delivered later', async () => {
    await calendly({});
    const { booking_id: id } = await theBooking();
    await call('POST', `/api/bookings/${id}/attribution`, { application_id: 'app-2' });
    await calendly({ event: 'invitee.canceled', at: '2026-05-06T10:00:00Z' });
    expect(await theBooking()).toMatchObject({ application_id: 'app-2', status: 'canceled' });
    await call('DELETE', `/api/bookings/${id}/attribution`);
    await calendly({ event: 'invitee_no_show.created', at: '2026-05-12T10:00:00Z' });
    expect(await theBooking()).toMatchObject({ application_id: null, attributed_by: 'hand' });
  });

  it.each([
    ['an unknown link', { tracking_id: 'lt_never_minted' }, 404, 'tracking_id_not_found'],
    ['an unknown application', { application_id: 'app-9' }, 404, 'application_not_found'],
    [
      'another user’s application',
      { application_id: 'app-1', user_id: 'somebody' },
      404,
      'application_not_found',
    ],
    ['both', { tracking_id: 'lt_other', application_id: 'app-1' }, 400, 'invalid_request'],
    ['neither', {}, 400, 'invalid_request'],
    ['something that is no id', { tracking_id: 'x' }, 400, 'invalid_request'],
  ])('refuses %s', async (_what, body, status, code) => {
    await calendly({ trackingId: null });
    const { booking_id: id } = await theBooking();
    expect(await call('POST', `/api/bookings/${id}/attribution`, body)).toMatchObject({
      status,
      body: { code },
    });
  });

  it('asks whose application is meant when two users named one alike', async () => {
    await service.app
      .get(LinkChangedProjector)
      .handle([sampleLink({ tracking_id: 'lt_b', user_id: 'robin' })]);
    await calendly({ trackingId: null });
    const url = `/api/bookings/${(await theBooking()).booking_id}/attribution`;
    expect(await call('POST', url, { application_id: 'app-1' })).toMatchObject({ status: 409 });
    const given = await call('POST', url, { application_id: 'app-1', user_id: 'robin' });
    expect(given.body).toMatchObject({ user_id: 'robin', application_id: 'app-1' });
  });
});

describe('erasing a candidate', () => {
  it('takes every delivery of their bookings and links along, read or not, and nobody else’s', async () => {
    await service.app
      .get(LinkChangedProjector)
      .handle([sampleLink({ tracking_id: 'lt_robins', user_id: 'robin', application_id: 'app-r' })]);
    await calendly({ ...away, trackingId: null }, { ...here, at: '2026-05-05T10:00:00Z' }, created);
    await calendly({ invitee: 'R', trackingId: 'lt_robins' }, { ...created, at: 'unreadable' });
    expect(await listBookings()).toHaveLength(2);
    const erased = await service.dataSource.transaction((manager) =>
      eraseDeliveries(manager, { ...scopeOfUser('jordan_avery'), trackingIds: ['lt_calendly_abc123'] }),
    );
    expect(erased).toBe(4);
    const left = await service.dataSource.query("SELECT fact->>'trackingId' AS link FROM booking_deliveries");
    expect(left).toEqual([{ link: 'lt_robins' }]);
  });

  it('is not undone by a late move, which names no link, nor by what comes of the booking that it leads to', async () => {
    await deliverAll('calcom', [calcomDelivery()]);
    await service.dataSource.transaction(async (manager) => {
      await eraseDeliveries(manager, { ...scopeOfUser('jordan_avery'), trackingIds: ['lt_calendly_abc123'] });
      await manager.query('DELETE FROM bookings');
    });
    const later = { at: '2026-05-06T10:00:00.000Z' };
    const moved = { uid: 'cal-B', rescheduleUid: 'cal-A', metadata: {} };
    await deliverAll('calcom', [
      calcomDelivery({ ...later, event: 'BOOKING_RESCHEDULED', payload: moved }),
      calcomDelivery({ ...later, event: 'BOOKING_CANCELLED', payload: { uid: 'cal-B', metadata: {} } }),
      calcomDelivery({ ...later, payload: { uid: 'cal-of-another', metadata: {} } }),
    ]);
    expect(await theBooking()).toMatchObject({ provider_ref: 'cal-of-another' });
    const held = await service.dataSource.query(
      'SELECT state, body FROM booking_deliveries ORDER BY delivery_id',
    );
    expect(held.slice(0, 2)).toEqual(Array(2).fill({ state: 'ignored', body: null }));
    const remembered = await service.dataSource.query('SELECT digest FROM erased_bookings');
    expect(remembered).toEqual(Array(2).fill({ digest: expect.stringMatching(/^[0-9a-f]{64}$/) }));
  });

  it('is not undone by what is delivered about their links later', async () => {
    await service.dataSource.query('INSERT INTO erased_links (tracking_id, erasure_id) VALUES ($1, $2)', [
      'lt_calendly_abc123',
      uuidv7(),
    ]);
    await calendly({ event: 'invitee.canceled' });
    const rows = await service.dataSource.query('SELECT state, body, fact FROM booking_deliveries');
    expect(rows).toEqual([{ state: 'ignored', body: null, fact: null }]);
    expect(await listBookings()).toEqual([]);
  });
});

describe('the list of bookings', () => {
  it('is paged, each booking once, and answers for one that is not there', async () => {
    const moments = [1, 2, 2, 2, 3].map((minute) => `2026-05-04T10:0${minute}:00Z`);
    await calendly(...moments.map((at, i) => ({ invitee: `I${i}`, at, bookedAt: at })));
    const seen: string[] = [];
    for (let cursor = ''; ; ) {
      const { body } = await call('GET', `/api/bookings?limit=2${cursor}`);
      seen.push(...body.bookings.map(({ booked_at }: { booked_at: string }) => booked_at));
      if (!body.next_cursor) break;
      cursor = `&cursor=${body.next_cursor}`;
    }
    expect(seen).toEqual(moments.toReversed().map((at) => at.replace('Z', '.000Z')));
    expect(await call('GET', '/api/bookings?cursor=x')).toMatchObject({ status: 400 });
    expect(await call('GET', `/api/bookings/${uuidv7()}`)).toMatchObject({ status: 404 });
    expect(await call('GET', '/api/bookings/x')).toMatchObject({ status: 400 });
  });
});

function linkOf(trackingId: string) {
  return {
    trackingId,
    userId: 'jordan_avery',
    jobId: 'job-1',
    applicationId: 'app-1',
    linkFunction: 'Calendly',
    linkType: 'external',
    originalUrl: 'https://calendly.com/jordan-avery/30min',
    redirectUrl: `http://localhost:5000/track/${trackingId}`,
    isActive: true,
    createdAt: new Date(0),
    revision: 1,
  };
}
