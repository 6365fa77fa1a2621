import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick, sampleLink } from '../../test/sample-events.js';
import { LinkChangedProjector } from '../consumers/link-changed.projector.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { reclassify } from '../reclassify/reclassify.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';
import { SettlingService } from '../settling/settling.service.js';

const KEYS = { jordan: 'key-of-jordan', service: 'key-of-service' };
const folder = mkdtempSync(join(tmpdir(), 'anonymize-keys-'));
let service: Awaited<ReturnType<typeof runAnalyticsService>>;

beforeAll(async () => {
  const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
  const apiKeysFile = join(folder, 'keys');
  writeFileSync(apiKeysFile, `jordan:${sha256(KEYS.jordan)}:jordan\nservice:${sha256(KEYS.service)}\n`);
  service = await runAnalyticsService({}, undefined, { apiKeysFile });
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

const jordan = { user_id: 'jordan', tracking_id: 'lt_jordan', application_id: 'app-jordan' };
const robin = { user_id: 'robin', tracking_id: 'lt_robin', application_id: 'app-robin' };

/** Of both: two clicks of four days ago, one of them a machine's, and one of a moment ago. */
beforeEach(async () => {
  await service.truncate(
    'link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks, links',
  );
  await service.app.get(LinkChangedProjector).handle([sampleLink(jordan), sampleLink(robin)]);
  const at = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000 - 5_000).toISOString();
  const clicks = [jordan, robin].flatMap((whose) => [
    sampleClick({ ...whose, occurred_at: at(4) }),
    sampleClick({ ...whose, occurred_at: at(4), ip: '203.0.113.99', user_agent: 'curl/8.5.0' }),
    sampleClick({ ...whose, occurred_at: at(0) }),
  ]);
  expect(await service.app.get(ClickIngest).storeEvents(clicks)).toEqual([]);
  await service.dataSource.query(`UPDATE link_clicks SET city = 'Ottawa', metadata = '{"a": 1}'`);
});

async function anonymize(as: keyof typeof KEYS, payload: object) {
  const url = '/api/privacy/anonymize';
  const headers = { 'x-api-key': KEYS[as] };
  const response = await service.app.inject({ method: 'POST', url, payload, headers });
  return { status: response.statusCode, body: response.json() };
}

/** Clicks that still say, and that no longer say, who clicked. */
const listKept = () =>
  service.dataSource.query(
    `SELECT user_id, clicked_at > now() - interval '1 day' AS is_young,
       min(num_nonnulls(ip_address, user_agent, city, metadata, facts)) AS least,
       max(num_nonnulls(ip_address, user_agent, city, metadata, facts)) AS most
     FROM link_clicks GROUP BY 1, 2 ORDER BY 1, 2`,
  );

const readCounted = async () => ({
  counters: await service.dataSource.query('SELECT * FROM link_counters ORDER BY tracking_id'),
  sessions: await service.dataSource.query('SELECT * FROM session_counters ORDER BY scope_key, day'),
  classes: await service.dataSource.query('SELECT click_id, class FROM link_clicks ORDER BY click_id'),
});

const kept = (user_id: string, is_young: boolean) => ({ user_id, is_young, least: 5, most: 5 });
const gone = (user_id: string, is_young: boolean) => ({ user_id, is_young, least: 0, most: 0 });

describe('anonymising clicks on demand', () => {
  it('takes what names visitors from the user’s older clicks alone, and no counter moves', async () => {
    const counted = await readCounted();
    const answer = await anonymize('jordan', { older_than_days: 3 });
    expect(answer).toEqual({ status: 200, body: { anonymized_clicks: 2 } });
    expect(await listKept()).toEqual([
      gone('jordan', false),
      kept('jordan', true),
      kept('robin', false),
      kept('robin', true),
    ]);
    expect(await readCounted()).toEqual(counted);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
    expect((await anonymize('jordan', { older_than_days: 3 })).body).toEqual({ anonymized_clicks: 0 });
  });

  it('leaves classes as they are when clicks settle and are judged again afterwards', async () => {
    const settle = () => service.app.get(SettlingService).settleDue(new Date(Date.now() + 200_000));
    await settle();
    const counted = await readCounted();
    await anonymize('service', { older_than_days: 1 });
    await service.dataSource.query('UPDATE link_clicks SET rules_version = 1');
    const to = new Date(Date.now() - 86_400_000);
    expect(await reclassify(service.dataSource, { from: new Date(0), to })).toMatchObject({
      without_facts: 4,
    });
    await settle();
    expect(await readCounted()).toEqual(counted);
  });

  it('means everybody when a key of everybody names nobody, and flags of networks too', async () => {
    await service.dataSource.query(
      `INSERT INTO flagged_networks (network, flagged_at) VALUES ('203.0.113.0/24', now() - interval '4 days')`,
    );
    expect((await anonymize('service', { user_id: 'nobody', older_than_days: 1 })).body).toEqual({
      anonymized_clicks: 0,
    });
    expect((await anonymize('service', { older_than_days: 1 })).body).toEqual({ anonymized_clicks: 4 });
    expect(await listKept()).toEqual([
      gone('jordan', false),
      kept('jordan', true),
      gone('robin', false),
      kept('robin', true),
    ]);
    expect(await service.dataSource.query('SELECT FROM flagged_networks')).toEqual([]);
  });

  it('refuses another user’s, and less than a day', async () => {
    expect(await anonymize('jordan', { user_id: 'robin', older_than_days: 1 })).toMatchObject({
      status: 403,
    });
    for (const days of [0, 1.5, 3_651, '1', undefined])
      expect(await anonymize('service', { older_than_days: days })).toMatchObject({ status: 400 });
    expect((await listKept()).map(({ least }: { least: number }) => least)).toEqual([5, 5, 5, 5]);
  });
});
