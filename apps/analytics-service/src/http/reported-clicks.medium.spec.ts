import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { CHROME, sampleLink } from '../../test/sample-events.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';

const RECORD = '/api/link-tracking/record-click';
const BATCH = '/api/tracking-ingest/batch';
const CLICKED_AT = new Date(Date.now() - 3_600_000).toISOString();
const CLICK = { tracking_id: 'lt_calendly_abc123', clicked_at: CLICKED_AT };

let service: Awaited<ReturnType<typeof runAnalyticsService>>;

beforeAll(async () => {
  service = await runAnalyticsService();
  await service.app.get(LinkChangedProjector).handle([sampleLink()]);
});
afterAll(() => service.stop());
beforeEach(async () => {
  service.links.isDown = false;
  await service.truncate(
    'link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks, reported_clicks',
  );
});

async function post(url: string, payload: unknown, headers: Record<string, string> = {}) {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const response = await service.app.inject({
    method: 'POST',
    url,
    payload: body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

async function stored() {
  return service.dataSource.query(
    'SELECT *, host(ip_address) AS ip FROM link_clicks ORDER BY clicked_at, click_id',
  );
}

const errorShape = (code: string) => ({
  success: false,
  error: expect.any(String),
  code,
  details: expect.any(Array),
  request_id: expect.any(String),
});

describe('record-click', () => {
  it('stores a reported click with everything it says', async () => {
    const { status, body } = await post(RECORD, {
      ...CLICK,
      clicked_at: new Date().toISOString(),
      ip_address: '2001:db8::7',
      user_agent: CHROME,
      referrer_url: 'https://mail.google.com/',
      session_id: 'visitor-1',
      metadata: {
        campaign: 'spring',
        'X-Forwarded-For': '203.0.113.9',
        nested: { ip_address: '203.0.113.9', n: 1 },
      },
    });
    expect([status, body]).toEqual([
      201,
      {
        click_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        tracking_id: CLICK.tracking_id,
        clicked_at: expect.stringMatching(/Z$/),
        click_source: 'email',
        status: 'recorded',
      },
    ]);
    const [row] = await stored();
    expect(row).toMatchObject({
      click_id: body.click_id,
      ip: '2001:db8::7',
      session_id: 'visitor-1',
      job_id: 'job-1',
      class: 'human',
      reasons: ['reported'],
      metadata: { campaign: 'spring', nested: { n: 1 } },
    });
  });

  it('takes a click with no more than its link and moment, and null for what is not known', async () => {
    const silent = {
      ip_address: null,
      user_agent: null,
      session_id: null,
      metadata: null,
      click_source: null,
    };
    expect((await post(RECORD, CLICK)).status).toBe(201);
    expect((await post(RECORD, { ...CLICK, ...silent })).body).toMatchObject({
      clicked_at: CLICKED_AT,
      click_source: 'document-or-app',
    });
    expect(await stored()).toHaveLength(2);
  });

  it('lets the caller name the source', async () => {
    expect((await post(RECORD, { ...CLICK, click_source: 'newsletter' })).body.click_source).toBe(
      'newsletter',
    );
  });

  it('reads a moment with an offset as UTC', async () => {
    const { body } = await post(RECORD, { ...CLICK, clicked_at: '2026-01-15T12:00:00.123456+02:00' });
    expect(body.clicked_at).toBe('2026-01-15T10:00:00.123Z');
  });

  it('answers the same click for the same Idempotency-Key, and 409 for another body under it', async () => {
    const headers = { 'idempotency-key': 'abc' };
    const first = await post(RECORD, CLICK, headers);
    const again = await post(RECORD, CLICK, headers);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(await stored()).toHaveLength(1);
    const other = await post(RECORD, { ...CLICK, click_source: 'other' }, headers);
    expect([other.status, other.body]).toEqual([409, errorShape('idempotency_conflict')]);
  });

  it.each([['lt_nobody_knows'], ['nonsense'], ['lt_x\n'], ['lt_\0'], ["' OR 1=1 --"]])(
    'answers 404 for the tracking id %j',
    async (trackingId) => {
      const { status, body } = await post(RECORD, { ...CLICK, tracking_id: trackingId });
      expect([status, body]).toEqual([
        404,
        { ...errorShape('tracking_id_not_found'), error: 'Tracking ID not found' },
      ]);
    },
  );

  it.each([
    ['no body', '', 'invalid_request'],
    ['bad JSON', '{"tracking_id":', 'invalid_json'],
    ['a list', [CLICK], 'invalid_request'],
    ['null', 'null', 'invalid_request'],
    ['no tracking id', { clicked_at: CLICK.clicked_at }, 'invalid_request'],
    ['a tracking id of another type', { ...CLICK, tracking_id: 7 }, 'invalid_request'],
    ['no moment', { tracking_id: CLICK.tracking_id }, 'invalid_request'],
    ['a moment without a zone', { ...CLICK, clicked_at: '2026-01-15T12:00:00' }, 'invalid_request'],
    ['a moment that is no date', { ...CLICK, clicked_at: '2026-02-30T12:00:00Z' }, 'invalid_request'],
    ['a number as moment', { ...CLICK, clicked_at: 1_700_000_000 }, 'invalid_request'],
    ['a click of tomorrow', { ...CLICK, clicked_at: '2999-01-01T00:00:00Z' }, 'invalid_request'],
    ['a click of 1999', { ...CLICK, clicked_at: '1999-12-31T23:59:59Z' }, 'invalid_request'],
    ['an invalid IP', { ...CLICK, ip_address: '999.1.1.1' }, 'invalid_request'],
    ['an IP with a zone', { ...CLICK, ip_address: 'fe80::1%eth0' }, 'invalid_request'],
    ['an IP network', { ...CLICK, ip_address: '10.0.0.0/8' }, 'invalid_request'],
    ['an agent of 1 MB', { ...CLICK, user_agent: 'x'.repeat(1_048_576) }, 'invalid_request'],
    ['an agent of another type', { ...CLICK, user_agent: {} }, 'invalid_request'],
    ['an empty session', { ...CLICK, session_id: '' }, 'invalid_request'],
    ['a hostile source', { ...CLICK, click_source: '<script>' }, 'invalid_request'],
    ['metadata that is a list', { ...CLICK, metadata: [1] }, 'invalid_request'],
    ['metadata that is too large', { ...CLICK, metadata: { x: 'y'.repeat(9_000) } }, 'invalid_request'],
    [
      'metadata nested too deeply',
      `${JSON.stringify(CLICK).slice(0, -1)},"metadata":{"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
      'invalid_request',
    ],
  ])('answers 400 for %s', async (_what, payload, code) => {
    const { status, body } = await post(RECORD, payload);
    expect([status, body]).toEqual([400, errorShape(code)]);
    expect(await stored()).toEqual([]);
  });

  it('says what is wrong with a moment', async () => {
    const texts = await Promise.all(
      ['2999-01-01T00:00:00Z', '1999-01-01T00:00:00Z', 'yesterday'].map(
        async (clickedAt) => (await post(RECORD, { ...CLICK, clicked_at: clickedAt })).body.error,
      ),
    );
    expect(texts).toEqual([
      expect.stringMatching(/clicked_at.*more than 5 minutes in the future/),
      expect.stringMatching(/clicked_at.*before the year 2000/),
      expect.stringMatching(/clicked_at.*ISO 8601/),
    ]);
  });

  it('keeps hostile text as text', async () => {
    const hostile = `'); DROP TABLE link_clicks; --\0\ud800"\\{}`;
    const payload = {
      ...CLICK,
      user_agent: hostile,
      session_id: hostile,
      metadata: { '\0k': hostile, a: ['\0'] },
    };
    const { status } = await post(RECORD, JSON.stringify(payload));
    expect(status).toBe(201);
    const cleaned = `'); DROP TABLE link_clicks; --\ufffd"\\{}`;
    const [row] = await stored();
    expect(row).toMatchObject({ user_agent: cleaned, session_id: cleaned });
    expect(row.metadata).toEqual({ k: cleaned, a: [''] });
  });

  it('keeps the first thousand characters of a long agent', async () => {
    await post(RECORD, { ...CLICK, user_agent: 'x'.repeat(5_000) });
    expect((await stored())[0].user_agent).toHaveLength(1_000);
  });

  it('asks for JSON when it gets something else', async () => {
    const { status, body } = await post(RECORD, 'tracking_id=x', { 'content-type': 'text/plain' });
    expect([status, body.error]).toEqual([400, 'Invalid content type - JSON expected']);
  });

  it('answers 503 when nobody can tell whether the link exists', async () => {
    service.links.isDown = true;
    const { status, headers, body } = await post(RECORD, { ...CLICK, tracking_id: 'lt_fresh' });
    expect([status, headers['retry-after'], body.code]).toEqual([503, '2', 'link_service_unavailable']);
  });
});

describe('the batch ingest', () => {
  const event = (eventId: string, more = {}) => ({ ...CLICK, event_id: eventId, ...more });

  it('answers 200 when every event is stored', async () => {
    const { status, body } = await post(BATCH, { events: [event('1'), event('2')] });
    expect([status, body]).toEqual([
      200,
      {
        success: true,
        message: '2 of 2 events stored',
        results: { total_events: 2, successful: 2, failed: 0, errors: [] },
        timestamp: expect.stringMatching(/Z$/),
      },
    ]);
    expect(await stored()).toHaveLength(2);
  });

  it('stores an event once, however often the batch is sent and whatever the retry says of it', async () => {
    const events = [event('1'), event('2'), event('2'), event('3')];
    await post(BATCH, { events });
    const retry = await post(BATCH, {
      events: events.map((one) => ({ ...one, clicked_at: new Date().toISOString() })),
    });
    expect(retry.body.results).toMatchObject({ successful: 4, failed: 0 });
    expect(await stored()).toHaveLength(3);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });

  it('stores an event once when two retries race', async () => {
    const events = Array.from({ length: 50 }, (_, i) => event(`race-${i}`));
    await Promise.all([events, [...events].reverse(), events].map((batch) => post(BATCH, { events: batch })));
    expect(await stored()).toHaveLength(50);
  });

  it('lets a bad event fail alone, and a retry of the mended batch complete it', async () => {
    const events = [
      event('good'),
      event('bad-ip', { ip_address: 'x' }),
      'no object',
      event('unknown', { tracking_id: 'lt_nobody_knows' }),
      null,
    ];
    const { status, body } = await post(BATCH, { events });
    expect(status).toBe(207);
    expect(body).toMatchObject({
      success: false,
      message: '1 of 5 events stored',
      results: { total_events: 5, successful: 1, failed: 4 },
    });
    expect(body.results.errors).toEqual([
      expect.objectContaining({ index: 1, event_id: 'bad-ip', code: 'invalid_event' }),
      expect.objectContaining({ index: 2, code: 'invalid_event' }),
      expect.objectContaining({ index: 3, event_id: 'unknown', code: 'tracking_id_not_found' }),
      expect.objectContaining({ index: 4, code: 'invalid_event' }),
    ]);
    const mended = await post(BATCH, { events: [event('good'), event('bad-ip')] });
    expect(mended.status).toBe(200);
    expect(await stored()).toHaveLength(2);
  });

  it('keeps event ids of two links apart, and takes hostile ones', async () => {
    await service.app.get(LinkChangedProjector).handle([sampleLink({ tracking_id: 'lt_other' })]);
    const hostile = "\0'; --\ud800";
    const events = [event('1'), event('1', { tracking_id: 'lt_other' }), event(hostile), event(hostile)];
    expect((await post(BATCH, { events })).status).toBe(200);
    expect(await stored()).toHaveLength(3);
  });

  it('asks link-service about links it does not know, and waits for it only once', async () => {
    service.links.isDown = true;
    const events = Array.from({ length: 1_000 }, (_, i) => event(`${i}`, { tracking_id: `lt_unknown_${i}` }));
    const { status, body } = await post(BATCH, { events });
    expect([status, body.results.failed]).toEqual([207, 1_000]);
    expect(body.results.errors[999].code).toBe('link_service_unavailable');
  });

  it.each([
    ['no events', { events: [] }],
    ['too many events', { events: Array.from({ length: 1_001 }, () => CLICK) }],
    ['events that are no list', { events: CLICK }],
    ['nothing', {}],
  ])('answers 400 for %s', async (_what, payload) => {
    const { status, body } = await post(BATCH, payload);
    expect([status, body]).toEqual([400, errorShape('invalid_request')]);
  });

  it('stores a thousand events at once', async () => {
    const events = Array.from({ length: 1_000 }, (_, i) =>
      event(`${i}`, { user_agent: CHROME, ip_address: '203.0.113.1' }),
    );
    expect((await post(BATCH, { events })).status).toBe(200);
    expect(await stored()).toHaveLength(1_000);
  });
});
