import { DataSource } from 'typeorm';
import { copyOut } from './copy-in.mjs';

const SERVICE = '../../../dist/apps/analytics-service/src';

/** The service's own ingest on a fresh schema of the server, without the process around it. */
export async function openIngest(url) {
  const { Metrics } = await import('../../../dist/libs/platform/src/index.js');
  const { AnalyticsMetrics } = await import(`${SERVICE}/analytics-metrics.js`);
  const { ClickIngest } = await import(`${SERVICE}/ingest/click-ingest.js`);
  const { ClickPartitions } = await import(`${SERVICE}/ingest/click-partitions.js`);
  const { ErasedVisitors } = await import(`${SERVICE}/privacy/erased-visitors.service.js`);
  const { Places } = await import(`${SERVICE}/enrichment/places.service.js`);
  const { VisitorFacts } = await import(`${SERVICE}/enrichment/visitor-facts.service.js`);
  const { SessionIds } = await import(`${SERVICE}/ingest/session-ids.js`);
  const { ANALYTICS_MIGRATIONS } = await import(`${SERVICE}/analytics-service.module.js`);
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    schema: 'analytics',
    migrations: ANALYTICS_MIGRATIONS,
    extra: { options: '-c search_path=analytics' },
  });
  await dataSource.initialize();
  await dataSource.query('CREATE SCHEMA analytics');
  await dataSource.runMigrations();
  const config = { IP_ANONYMIZE_AFTER_DAYS: 90 };
  const partitions = new ClickPartitions(dataSource);
  const ingest = new ClickIngest(
    dataSource,
    new SessionIds(dataSource),
    new VisitorFacts(config, new Places(config)),
    partitions,
    new AnalyticsMetrics(new Metrics()),
    new ErasedVisitors(dataSource),
  );
  const { SettlingService } = await import(`${SERVICE}/settling/settling.service.js`);
  const settling = new SettlingService(dataSource, new AnalyticsMetrics(new Metrics()));
  await partitions.createAhead();
  return {
    store: (events) => ingest.storeEvents(events),
    /** Everything stored, as if its time had come. */
    settle: () => settling.settleDue(new Date(Date.now() + 600_000)),
    dumpRows: () => copyOut(url),
    async clear() {
      await dataSource.query(
        'TRUNCATE link_clicks, link_counters, link_days, unique_sessions, session_counters, activity, source_activity, settling, flagged_networks',
      );
      await dataSource.query('CHECKPOINT');
    },
    close: () => dataSource.destroy(),
  };
}
