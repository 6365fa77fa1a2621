import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick } from '../../test/sample-events.js';
import { RULES_VERSION } from '../classification/rules.js';
import { ClickReports } from '../http/click-reports.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { reconcile } from '../reconcile/reconcile.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';
import { SettlingService } from '../settling/settling.service.js';
import { reclassify } from './reclassify.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let ingest: ClickIngest;

beforeAll(async () => {
  service = await runAnalyticsService();
  ingest = service.app.get(ClickIngest);
});
afterAll(() => service.stop());
beforeEach(() =>
  service.truncate(
    'link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks',
  ),
);

const NOON = Math.floor(Date.now() / 86_400_000) * 86_400_000 - 43_200_000;
const PERIOD = { from: new Date(NOON - 3_600_000), to: new Date(NOON + 3_600_000) };
const at = (seconds: number) => new Date(NOON + seconds * 1_000).toISOString();

async function settle() {
  await service.app.get(SettlingService).settleDue(new Date(Date.now() + 200_000));
}

async function rows() {
  return service.dataSource.query(
    'SELECT click_id, class, score, reasons, rules_version FROM link_clicks ORDER BY click_id',
  );
}

/** People, robots, bursts, Office and repeated clicks over an hour. */
function manyClicks() {
  return Array.from({ length: 2_500 }, (_, i) =>
    sampleClick({
      occurred_at: at(Math.abs(Math.imul(i, 2_654_435_761)) % 3_000),
      tracking_id: `lt_link_${i % 6}`,
      application_id: `app-${i % 4}`,
      ip: `198.51.${i % 90}.${i % 3}`,
      ...(i % 9 === 0 ? { user_agent: 'curl/8.5.0' } : {}),
      ...(i % 13 === 0 ? { do_not_track: true, class_hint: 'human' } : {}),
      ...(i % 17 === 0 ? { answer: 'preflight', user_agent: 'Microsoft Office Word 2014 (16.0.1)' } : {}),
    }),
  );
}

describe('reclassify', () => {
  it('changes nothing under the rules that judged the clicks', async () => {
    await ingest.storeEvents(manyClicks());
    await settle();
    const before = await rows();
    expect(await reclassify(service.dataSource, PERIOD)).toEqual({
      clicks: 2_500,
      changed: 0,
      without_facts: 0,
      rules_version: RULES_VERSION,
    });
    await settle();
    expect(await rows()).toEqual(before);
  });

  it('comes to what the rules say from whatever older rules said, and counters follow', async () => {
    await ingest.storeEvents(manyClicks());
    await settle();
    const before = await rows();
    await service.dataSource.query(
      `UPDATE link_clicks SET rules_version = 1, class = 'human', score = 3, reasons = '{an_older_rule}'`,
    );
    await service.truncate(
      'link_counters, link_days, unique_sessions, session_counters, activity, source_activity',
    );
    await reconcile(service.dataSource, { repair: true });
    expect(await reclassify(service.dataSource, PERIOD)).toMatchObject({ changed: 2_500 });
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
    await settle();
    expect(await rows()).toEqual(before);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });

  it('touches the period alone, and no click whose facts are gone', async () => {
    await ingest.storeEvents([
      sampleClick({ occurred_at: at(0) }),
      sampleClick({ occurred_at: at(1) }),
      sampleClick({ occurred_at: at(3_600) }),
    ]);
    await service.dataSource.query("UPDATE link_clicks SET class = 'machine', score = 99");
    await service.dataSource.query(
      'UPDATE link_clicks SET facts = NULL, ip_address = NULL, user_agent = NULL WHERE clicked_at = $1',
      [at(1)],
    );
    expect(await reclassify(service.dataSource, PERIOD)).toMatchObject({
      clicks: 2,
      changed: 1,
      without_facts: 1,
    });
    const classes = await service.dataSource.query('SELECT class FROM link_clicks ORDER BY clicked_at');
    expect(classes).toEqual([{ class: 'human' }, { class: 'machine' }, { class: 'machine' }]);
  });

  it('judges a click that somebody else reported by its agent, and holds no missing header against it', async () => {
    await ingest.storeEvents([sampleClick()]);
    service.links.isDown = true;
    const click = { tracking_id: 'lt_calendly_abc123', clicked_at: at(0) };
    await service.app
      .get(ClickReports)
      .record([
        { click: { ...click, user_agent: 'curl/8.5.0' } },
        { click: { ...click, user_agent: sampleClick().user_agent } },
      ]);
    const before = await rows();
    expect(await reclassify(service.dataSource, PERIOD)).toMatchObject({ clicks: 2, changed: 0 });
    expect(await rows()).toEqual(before);
  });

  it('runs as a command, and refuses a period that is none', async () => {
    await ingest.storeEvents([sampleClick({ occurred_at: at(0) })]);
    await service.dataSource.query("UPDATE link_clicks SET class = 'machine', score = 99");
    const run = (...flags: string[]) =>
      spawnSync(process.execPath, ['scripts/reclassify.mjs', '--json', ...flags], {
        env: { ...process.env, DATABASE_URL: service.databaseUrl },
        encoding: 'utf8',
      });
    const done = run('--from', PERIOD.from.toISOString(), '--to', PERIOD.to.toISOString());
    expect(JSON.parse(done.stdout)).toMatchObject({ clicks: 1, changed: 1 });
    const refused = run('--from', 'yesterday');
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringMatching(/--from/)]);
  });
});
