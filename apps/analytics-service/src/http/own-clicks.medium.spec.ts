import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick } from '../../test/sample-events.js';
import { getClickStatistics } from '../answers/link-analytics.query.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { reclassify } from '../reclassify/reclassify.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';
import { SettlingService } from '../settling/settling.service.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let url: string;

beforeAll(async () => {
  service = await runAnalyticsService();
  url = `${await service.app.getUrl()}/api/own-clicks`;
});
afterAll(() => service.stop());
beforeEach(() =>
  service.truncate(
    'link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling',
  ),
);

const TODAY = Math.floor(Date.now() / 86_400_000) * 86_400_000;
function clickAt(seconds: number, overrides: Parameters<typeof sampleClick>[0] = {}) {
  const occurred_at = new Date(TODAY - 3_600_000 + seconds * 1_000).toISOString();
  return sampleClick({ occurred_at, ...overrides });
}

const settle = () => service.app.get(SettlingService).settleDue(new Date(Date.now() + 200_000));

async function listClasses(): Promise<string[]> {
  const rows = await service.dataSource.query(
    'SELECT class FROM link_clicks ORDER BY clicked_at, tracking_id',
  );
  return rows.map((row: { class: string }) => row.class);
}

describe('own clicks', () => {
  it('are in the total and in nothing else, before and after settling, reconciling and judging again', async () => {
    await service.app
      .get(ClickIngest)
      .storeEvents([
        clickAt(0),
        clickAt(60, { own_click: true, user_agent: 'Mozilla/5.0 Firefox/145.0' }),
        clickAt(60.2, { own_click: true, tracking_id: 'lt_linkedin_1', user_agent: 'curl/8.5.0' }),
        clickAt(120, { own_click: true, answer: 'preflight', user_agent: 'Microsoft Office Word 2014' }),
      ]);
    const whole = { from: new Date(0), to: new Date(Date.now() + 86_400_000) };
    const steps = [
      async () => undefined,
      settle,
      () => reclassify(service.dataSource, whole),
      () => service.dataSource.query('UPDATE link_clicks SET rules_version = 1'),
      () => reclassify(service.dataSource, whole),
      settle,
    ];
    for (const step of steps) {
      await step();
      expect(await listClasses()).toEqual(['human', 'self', 'self', 'self']);
      expect(await getClickStatistics(service.dataSource, 'lt_calendly_abc123')).toMatchObject({
        total_clicks: 2,
        human_clicks: 1,
        machine_clicks: 0,
        suspected_clicks: 0,
        own_clicks: 1,
        inferred_opens: 0,
        other_hits: 1,
        unique_sessions: 1,
      });
      expect(await listDiscrepancies(service.dataSource)).toEqual([]);
    }
  });

  it('are begun and ended by a cookie for tracked links alone, which names a user or all', async () => {
    const post = (body?: object) =>
      fetch(url, {
        method: 'POST',
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
    const named = await post({ user_id: 'jordan_avery' });
    expect(await named.json()).toEqual({ own_clicks: true, user_id: 'jordan_avery' });
    expect(named.headers.get('set-cookie')).toBe(
      'footfall_own=jordan_avery; Path=/track; Max-Age=34560000; HttpOnly; SameSite=Lax',
    );
    expect((await post()).headers.get('set-cookie')).toMatch(/^footfall_own=\*; Path=\/track/);
    expect((await post({ user_id: 'a;b' })).status).toBe(400);
    const ended = await fetch(url, { method: 'DELETE' });
    expect(ended.headers.get('set-cookie')).toMatch(/^footfall_own=; Path=\/track; Max-Age=0/);
  });
});
