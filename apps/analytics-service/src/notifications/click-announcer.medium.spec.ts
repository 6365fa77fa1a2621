import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClickRecorded } from '#contracts';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick } from '../../test/sample-events.js';
import { judgeBookedClicks } from '../bookings/booked-clicks.query.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { reclassify } from '../reclassify/reclassify.js';
import { SettlingService } from '../settling/settling.service.js';
import { ClickAnnouncer } from './click-announcer.service.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;

beforeAll(async () => {
  service = await runAnalyticsService();
});
afterAll(() => service.stop());
beforeEach(async () => {
  await service.truncate(`link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks,
       applications, webhook_endpoints, webhook_deliveries, click_notices, announced_applications, bookings`);
});

const MINUTE_MS = 60_000;
const start = Date.now() - 60 * MINUTE_MS;

function clickAt(minute: number, overrides: Partial<ClickRecorded> = {}) {
  return sampleClick({ occurred_at: new Date(start + minute * MINUTE_MS).toISOString(), ...overrides });
}

/** Disabled ones are told nothing. As an owner would by REST. */
async function subscribe(types: string[], userId: string | null = null) {
  await service.dataSource.query(
    `INSERT INTO webhook_endpoints (user_id, url, types, secret) VALUES ($1, 'https://127.0.0.1/', $2, 's')`,
    [userId, types],
  );
}

const store = (...clicks: ClickRecorded[]) => service.app.get(ClickIngest).storeEvents(clicks);
const later = () => new Date(Date.now() + 200_000);
const announce = (now = later()) => service.app.get(ClickAnnouncer).announceDue(now);
async function settleAndAnnounce() {
  await service.app.get(SettlingService).settleDue(later());
  await announce();
}

async function listTold(): Promise<{ type: string; summary: string; data: Record<string, unknown> }[]> {
  const rows = await service.dataSource.query(
    'SELECT body::json AS body FROM webhook_deliveries ORDER BY type DESC, id',
  );
  return rows.map((row: { body: unknown }) => row.body);
}

async function listTypes(): Promise<string[]> {
  return (await listTold()).map(({ type }) => type);
}

async function countNotices(): Promise<number> {
  const [row] = await service.dataSource.query('SELECT count(*)::int AS rows FROM click_notices');
  return row.rows;
}

describe('clicks', () => {
  it('are told when they have settled, with what they belong to and without a word about the visitor', async () => {
    await subscribe(['click.human', 'application.opened']);
    await service.dataSource.query(
      `INSERT INTO applications (user_id, application_id, job_id, company, title, first_generated_at)
       VALUES ('jordan_avery', 'app-1', 'job-1', 'Tech Corp', 'Marketing Manager', now())`,
    );
    const click = clickAt(0, { user_id: 'jordan_avery', referrer: 'https://example.com/secret' });
    await store(click);
    await announce();
    expect(await listTold()).toEqual([]);
    await settleAndAnnounce();
    const [told, opening, ...others] = await listTold();
    expect(others).toEqual([]);
    expect(opening).toMatchObject({
      type: 'application.opened',
      summary: 'A person opened your application for Marketing Manager at Tech Corp.',
    });
    expect(told).toEqual({
      type: 'click.human',
      version: 1,
      timestamp: click.occurred_at,
      summary: 'A person clicked Calendly for Marketing Manager at Tech Corp.',
      data: {
        user_id: 'jordan_avery',
        application_id: 'app-1',
        job_id: 'job-1',
        company: 'Tech Corp',
        title: 'Marketing Manager',
        job_board: null,
        click_id: click.event_id,
        tracking_id: click.tracking_id,
        link_function: 'Calendly',
        clicked_at: click.occurred_at,
        click_source: 'external',
        device: 'desktop',
        country: null,
      },
    });
    expect(JSON.stringify([told, opening])).not.toMatch(/203\.0\.113|Mozilla|secret/);
  });

  it('are told once each, the opening of an application once, whatever is delivered, settled and judged again', async () => {
    await subscribe(['click.human', 'application.opened']);
    const clicks = [clickAt(0), clickAt(5, { tracking_id: 'lt_linkedin_1' })];
    await store(...clicks);
    await settleAndAnnounce();
    await store(...clicks, clickAt(10));
    await Promise.all([settleAndAnnounce(), settleAndAnnounce()]);
    await service.dataSource.query("UPDATE link_clicks SET class = 'machine', rules_version = 1");
    await reclassify(service.dataSource, { from: new Date(0), to: later() });
    await settleAndAnnounce();
    expect(await listTypes()).toEqual(['click.human', 'click.human', 'click.human', 'application.opened']);
    expect(await countNotices()).toBe(0);
  });

  it('of machines, scanners, visitors who repeat themselves and owners are not told', async () => {
    await subscribe(['click.human']);
    await store(
      clickAt(0, { user_agent: 'curl/8.5.0' }),
      clickAt(10, { own_click: true }),
      clickAt(11, { answer: 'probe', method: 'HEAD' }),
      clickAt(20, { tracking_id: 'lt_a' }),
      clickAt(20.01, { tracking_id: 'lt_b' }),
      clickAt(40, { ip: '198.51.100.1', application_id: 'app-2' }),
      clickAt(40.01, { ip: '198.51.100.1', application_id: 'app-2' }),
    );
    await settleAndAnnounce();
    expect((await listTold()).map(({ data }) => data.application_id)).toEqual(['app-2']);
  });

  it('of visitors who ask not to be tracked are told without anything of them', async () => {
    await subscribe(['click.human']);
    await store(
      sampleClick({
        do_not_track: true,
        class_hint: 'human',
        ip: undefined,
        user_agent: undefined,
        headers: undefined,
      }),
    );
    await settleAndAnnounce();
    expect(await listTold()).toMatchObject([
      { type: 'click.human', data: { device: null, country: null, click_source: 'unknown' } },
    ]);
  });

  it('settle before they are told, however late settling is', async () => {
    await subscribe(['click.human']);
    await store(clickAt(0, { tracking_id: 'lt_a' }), clickAt(0.01, { tracking_id: 'lt_b' }));
    await announce(new Date(Date.now() + 86_400_000));
    expect(await countNotices()).toBe(2);
    await settleAndAnnounce();
    expect([await countNotices(), await listTold()]).toEqual([0, []]);
  });

  it('that a booking makes a person’s are told then, and open their application', async () => {
    await subscribe(['click.human', 'application.opened']);
    const suspected = clickAt(0, { headers: { accept: 'text/html' } });
    await store(suspected);
    await settleAndAnnounce();
    expect(await listTold()).toEqual([]);
    await service.dataSource.query(
      `INSERT INTO bookings (booking_id, provider, provider_ref, status, booked_at, click_id, clicked_at)
       VALUES (gen_random_uuid(), 'calendly', 'ref', 'active', now(), $1, $2)`,
      [suspected.event_id, suspected.occurred_at],
    );
    for (const _again of [1, 2]) {
      await service.dataSource.transaction((manager) => judgeBookedClicks(manager, [suspected.event_id]));
      await announce();
    }
    expect(await listTypes()).toEqual(['click.human', 'application.opened']);
  });

  it('open an application once: not when somebody asks to be told after the first', async () => {
    await subscribe(['click.human'], 'steve_glen');
    await store(clickAt(0, { user_id: 'jordan_avery' }));
    await settleAndAnnounce();
    expect([await countNotices(), await listTold()]).toEqual([0, []]);
    await subscribe(['application.opened'], 'jordan_avery');
    await store(
      clickAt(5, { user_id: 'jordan_avery', tracking_id: 'lt_linkedin_1' }),
      clickAt(6, { user_id: 'jordan_avery', application_id: 'app-2' }),
    );
    await settleAndAnnounce();
    expect((await listTold()).map(({ data }) => data.application_id)).toEqual(['app-2']);
  });

  it('leave nothing behind when nobody asks, and are no news after a week', async () => {
    await store(clickAt(0));
    expect(await countNotices()).toBe(0);
    await subscribe(['booking.recorded']);
    await store(clickAt(1));
    expect(await countNotices()).toBe(0);
    await subscribe(['click.human']);
    await store(clickAt(-8 * 24 * 60), clickAt(2));
    expect(await countNotices()).toBe(1);
  });
});
