import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick } from '../../test/sample-events.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { SettlingService } from '../settling/settling.service.js';
import { DailyReconciliation } from './daily-reconciliation.service.js';
import { reconcile } from './reconcile.js';
import { listDiscrepancies } from './reconcile.query.js';
import { repairCounters } from './repair-counters.query.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let ingest: ClickIngest;
let settling: SettlingService;

beforeAll(async () => {
  service = await runAnalyticsService();
  ingest = service.app.get(ClickIngest);
  settling = service.app.get(SettlingService);
});
afterAll(() => service.stop());
beforeEach(() =>
  service.truncate(
    'link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks, maintenance_marks',
  ),
);

/** 300 clicks of 20 links over three days, with machines and other hits among them. */
function manyClicks() {
  return Array.from({ length: 300 }, (_, i) =>
    sampleClick({
      occurred_at: new Date(Date.now() - (i % 3) * 86_400_000).toISOString(),
      tracking_id: `lt_link_${i % 20}`,
      job_id: `job-${i % 7}`,
      application_id: `app-${i % 5}`,
      ip: `198.51.100.${i % 40}`,
      answer: i % 11 === 0 ? 'probe' : 'redirect',
      ...(i % 4 === 0 ? { user_agent: 'curl/8.5.0' } : {}),
    }),
  );
}

async function snapshot() {
  return Promise.all(
    ['link_counters', 'link_days', 'unique_sessions', 'session_counters', 'activity', 'source_activity'].map(
      (table) => service.dataSource.query(`SELECT * FROM ${table} AS held ORDER BY held::text`),
    ),
  );
}

const DAMAGES = [
  'UPDATE link_counters SET total_clicks = total_clicks + 3',
  "DELETE FROM link_counters WHERE tracking_id < 'lt_link_3'",
  'UPDATE link_days SET human_clicks = 0',
  "UPDATE link_counters SET first_human_click = first_human_click - interval '1 day'",
  'DELETE FROM link_days',
  "INSERT INTO link_days SELECT '2020-01-01', tracking_id, 1, 1, 0, 0, 0, 0, 0 FROM link_counters",
  'DELETE FROM unique_sessions',
  'UPDATE unique_sessions SET human_clicks = human_clicks + 1',
  "INSERT INTO unique_sessions SELECT 7, g, 1, '2026-01-01' FROM generate_series(1, 3) AS g",
  'UPDATE session_counters SET unique_sessions = 99',
  "UPDATE session_counters SET day = '2020-01-01' WHERE (scope_key, day) = (SELECT min(scope_key), max(day) FROM session_counters GROUP BY scope_key ORDER BY 1 LIMIT 1)",
  "UPDATE activity SET human_clicks = human_clicks + 1 WHERE grain = 'day'",
  "DELETE FROM activity WHERE user_id = ''",
  "UPDATE source_activity SET click_source = 'email' WHERE user_id = ''",
  'DELETE FROM source_activity',
  "INSERT INTO activity VALUES ('', 'Nothing', 'quarter', '2020-01-01', 1, 0, 0, 0, 0)",
  'TRUNCATE link_counters, link_days, unique_sessions, session_counters, activity, source_activity',
];

describe('reconcile', () => {
  it.each(DAMAGES)('names and mends: %s', async (damage) => {
    await ingest.storeEvents(manyClicks());
    const sound = await snapshot();
    await service.dataSource.query(damage);
    const report = await reconcile(service.dataSource, { repair: false });
    expect(report.discrepancies.length).toBeGreaterThan(0);
    expect(report.remaining).toEqual(report.discrepancies);
    expect(await reconcile(service.dataSource, { repair: true })).toMatchObject({
      repaired: true,
      remaining: [],
    });
    expect(await snapshot()).toEqual(sound);
  });

  it('repairs while clicks arrive and settle, and loses and doubles none', async () => {
    await ingest.storeEvents(manyClicks());
    await service.dataSource.query('UPDATE link_counters SET total_clicks = 0');
    await service.dataSource.query('DELETE FROM link_days');
    await service.dataSource.query('DELETE FROM unique_sessions');
    const writers = Array.from({ length: 4 }, async () => {
      for (let batch = 0; batch < 3; batch++) {
        await ingest.storeEvents(manyClicks());
        await settling.settleDue(new Date(Date.now() + 200_000));
      }
    });
    await Promise.all([...writers, repairCounters(service.dataSource)]);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
    const [{ clicks }] = await service.dataSource.query(
      'SELECT sum(total_clicks + other_hits)::int AS clicks FROM link_counters',
    );
    expect(clicks).toBe(300 * 13);
  });

  it('leaves counters alone whose clicks were deleted for their age', async () => {
    const old = new Date(Date.now() - 10 * 86_400_000).toISOString();
    await ingest.storeEvents([sampleClick({ occurred_at: old }), sampleClick()]);
    await service.dataSource.query('DELETE FROM link_clicks WHERE clicked_at = $1', [old]);
    await service.dataSource.query(
      `INSERT INTO maintenance_marks VALUES ('rows_complete_since', date_trunc('day', now()) - interval '5 days')`,
    );
    const [{ first_click }] = await service.dataSource.query('SELECT first_click FROM link_counters');
    await service.dataSource.query('UPDATE link_counters SET total_clicks = 7');
    await reconcile(service.dataSource, { repair: true });
    const [row] = await service.dataSource.query('SELECT total_clicks::int, first_click FROM link_counters');
    expect(row).toEqual({ total_clicks: 2, first_click });
  });

  it('runs as a command that ends with 1 until it has repaired', async () => {
    await ingest.storeEvents([sampleClick()]);
    await service.dataSource.query('UPDATE link_counters SET total_clicks = 2');
    const url = service.databaseUrl;
    const run = (...flags: string[]) =>
      spawnSync(process.execPath, ['scripts/reconcile.mjs', '--json', ...flags], {
        env: { ...process.env, DATABASE_URL: url },
        encoding: 'utf8',
      });
    const found = run();
    expect([found.status, JSON.parse(found.stdout).discrepancies]).toEqual([
      1,
      [{ counter: 'link_counters.total_clicks', key: 'lt_calendly_abc123', counted: 2, rows: 1 }],
    ]);
    expect(run('--repair').status).toBe(0);
    expect(run().status).toBe(0);
  });
});

describe('the daily reconciliation', () => {
  it('runs once a day over all processes and shows in the metrics what differs', async () => {
    const daily = service.app.get(DailyReconciliation);
    await ingest.storeEvents([sampleClick()]);
    await service.dataSource.query('UPDATE link_counters SET human_clicks = 5');
    const now = Date.now();
    const runs = await Promise.all([daily.runIfDue(new Date(now)), daily.runIfDue(new Date(now))]);
    expect(runs.filter((found) => found !== undefined)).toEqual([1]);
    const { payload } = await service.app.inject({ method: 'GET', url: '/metrics' });
    expect(payload).toMatch(/^footfall_analytics_counter_discrepancies 1$/m);
    expect(await daily.runIfDue(new Date(now + 23 * 3_600_000))).toBeUndefined();
    expect(await daily.runIfDue(new Date(now + 24 * 3_600_000))).toBe(1);
  });
});
