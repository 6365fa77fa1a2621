import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick } from '../../test/sample-events.js';
import { ClickIngest } from '../ingest/click-ingest.js';
import { ClickPartitions } from '../ingest/click-partitions.js';
import { listDiscrepancies } from '../reconcile/reconcile.query.js';
import { MaintenanceService } from './maintenance.service.js';
import { dropOldPartitions } from './old-clicks.query.js';

let service: Awaited<ReturnType<typeof runAnalyticsService>>;
let maintenance: MaintenanceService;
let ingest: ClickIngest;

beforeAll(async () => {
  service = await runAnalyticsService({ CLICK_RETENTION_DAYS: 365 });
  maintenance = service.app.get(MaintenanceService);
  ingest = service.app.get(ClickIngest);
});
afterAll(() => service.stop());
beforeEach(() =>
  service.truncate(
    'link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks, maintenance_marks, session_salts',
  ),
);

function daysAgo(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * 86_400_000);
}

async function count(where: string): Promise<number> {
  const [row] = await service.dataSource.query(
    `SELECT count(*)::int AS rows FROM link_clicks WHERE ${where}`,
  );
  return row.rows;
}

describe('maintenance', () => {
  it('makes the partitions of this month and the three to come', async () => {
    const now = new Date(Date.UTC(2027, 10, 30));
    await maintenance.run(now);
    const partitions = await service.dataSource.query(
      `SELECT to_regclass('link_clicks_' || month) IS NOT NULL AS made
       FROM unnest(ARRAY['2027_11', '2027_12', '2028_01', '2028_02']) AS month`,
    );
    expect(partitions).toEqual(Array.from({ length: 4 }, () => ({ made: true })));
  });

  it('removes addresses and what else names a visitor once clicks are 90 days old, in one catch-up', async () => {
    await ingest.storeEvents([
      ...Array.from({ length: 120 }, () => sampleClick({ occurred_at: daysAgo(80) })),
      sampleClick({ occurred_at: daysAgo(5) }),
    ]);
    await maintenance.run(inDays(5));
    expect(await count('ip_address IS NOT NULL')).toBe(121);
    await maintenance.run(inDays(11));
    expect(await count('ip_address IS NOT NULL AND facts IS NOT NULL')).toBe(1);
    expect(await count('num_nonnulls(ip_address, user_agent, city, facts, metadata) = 0')).toBe(120);
    expect(await count("device = 'desktop' AND browser = 'Chrome 142'")).toBe(121);
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });

  it('deletes clicks past the retention and keeps their counters, which still reconcile', async () => {
    await ingest.storeEvents([
      sampleClick({ occurred_at: daysAgo(300) }),
      sampleClick({ occurred_at: daysAgo(200) }),
      sampleClick(),
    ]);
    await maintenance.run(inDays(100));
    expect(await count('true')).toBe(2);
    const [counters] = await service.dataSource.query('SELECT total_clicks::int FROM link_counters');
    expect(counters).toEqual({ total_clicks: 3 });
    expect(await listDiscrepancies(service.dataSource)).toEqual([]);
  });

  it('gives way to whoever reads clicks, and drops at another time what was detached', async () => {
    const old = daysAgo(300);
    const name = `link_clicks_${old.slice(0, 7).replace('-', '_')}`;
    const find = async () =>
      (
        await service.dataSource.query('SELECT relispartition FROM pg_class WHERE oid = to_regclass($1)', [
          name,
        ])
      )[0];
    await ingest.storeEvents([sampleClick({ occurred_at: old }), sampleClick()]);
    const reader = service.dataSource.createQueryRunner();
    await reader.startTransaction();
    try {
      await reader.query('SELECT FROM link_clicks LIMIT 1');
      expect(await dropOldPartitions(service.dataSource, new Date())).not.toContain(name);
      expect(await find()).toEqual({ relispartition: true });
      await ingest.storeEvents([sampleClick()]);
    } finally {
      await reader.rollbackTransaction();
      await reader.release();
    }
    await service.dataSource.query(`ALTER TABLE link_clicks DETACH PARTITION "${name}"`);
    expect(await dropOldPartitions(service.dataSource, new Date())).toContain(name);
    expect(await find()).toBeUndefined();
    expect(await count('true')).toBe(2);
    service.app.get(ClickPartitions).forget();
  });

  it('drops a month’s partition that lies wholly past the retention, and makes it again for a late click', async () => {
    const old = daysAgo(300);
    const name = `link_clicks_${old.slice(0, 7).replace('-', '_')}`;
    const exists = async () =>
      (await service.dataSource.query('SELECT to_regclass($1) IS NOT NULL AS found', [name]))[0].found;
    await ingest.storeEvents([sampleClick({ occurred_at: old })]);
    expect(await exists()).toBe(true);
    await maintenance.run(inDays(365));
    expect(await exists()).toBe(false);
    await ingest.storeEvents([sampleClick({ occurred_at: old })]);
    expect(await exists()).toBe(true);
  });

  it('deletes salts 48 hours after their first use and not before', async () => {
    await ingest.storeEvents([sampleClick()]);
    const salts = async () =>
      (await service.dataSource.query('SELECT count(*)::int AS salts FROM session_salts'))[0].salts;
    await maintenance.run(inDays(1.9));
    expect(await salts()).toBe(1);
    await maintenance.run(inDays(2.1));
    expect(await salts()).toBe(0);
  });

  it('uses no salt that expired while the service was down', async () => {
    const day = daysAgo(3);
    await ingest.storeEvents([sampleClick({ occurred_at: day })]);
    await service.dataSource.query("UPDATE session_salts SET created_at = now() - interval '49 hours'");
    const other = await runAnalyticsService({ DATABASE_URL: service.databaseUrl });
    await other.app.get(ClickIngest).storeEvents([sampleClick({ occurred_at: day })]);
    await other.stop();
    const [row] = await service.dataSource.query(
      'SELECT count(DISTINCT session_id)::int AS ids FROM link_clicks',
    );
    expect(row).toEqual({ ids: 2 });
  });

  it('watches the default partition', async () => {
    await ingest.storeEvents([sampleClick({ occurred_at: '2093-01-01T00:00:00Z' })]);
    await maintenance.run();
    const { payload } = await service.app.inject({ method: 'GET', url: '/metrics' });
    expect(payload).toMatch(/^footfall_analytics_default_partition_rows 1$/m);
  });
});
