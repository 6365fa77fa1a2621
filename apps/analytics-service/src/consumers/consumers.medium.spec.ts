import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InProcessBus, RetryLaterError } from '#events';
import { breakableConnection, eventually, type TestDatabase, testDatabase } from '#testing';
import { runAnalyticsService } from '../../test/running-analytics-service.js';
import { sampleClick, sampleLink } from '../../test/sample-events.js';
import { ClickRecordedConsumer } from './click-recorded.consumer.js';
import { LinkChangedProjector } from './link-changed.projector.js';

type Service = Awaited<ReturnType<typeof runAnalyticsService>>;

async function analytics(service: Service, trackingId: string) {
  const url = `/api/link-tracking/analytics/${trackingId}`;
  const response = await service.app.inject({ method: 'GET', url });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}

describe('while the database is away', () => {
  let database: TestDatabase;
  let connection: Awaited<ReturnType<typeof breakableConnection>>;
  let service: Service;

  beforeAll(async () => {
    database = await testDatabase();
    connection = await breakableConnection(database.url);
    service = await runAnalyticsService({ DATABASE_URL: connection.url });
  });
  afterAll(async () => {
    await service.stop();
    connection.cut();
    await database.drop();
  });

  it('asks the bus to retry without burning a delivery, answers 503, and counts the batch once afterwards', async () => {
    const batch = [sampleClick(), sampleClick()];
    const consumer = service.app.get(ClickRecordedConsumer);
    const projector = service.app.get(LinkChangedProjector);
    await consumer.handle([batch[0] ?? sampleClick()]);
    connection.cut();
    await expect(consumer.handle(batch)).rejects.toThrow(RetryLaterError);
    await expect(projector.handle([sampleLink()])).rejects.toThrow(RetryLaterError);
    const away = await analytics(service, 'lt_calendly_abc123');
    expect([away.status, away.headers['retry-after'], away.body.code]).toEqual([
      503,
      '1',
      'database_unavailable',
    ]);
    await connection.mend();
    await eventually(() => consumer.handle(batch));
    await projector.handle([sampleLink()]);
    const back = await analytics(service, 'lt_calendly_abc123');
    expect([back.status, back.body.click_statistics.total_clicks]).toEqual([200, 2]);
  });
});

describe('on the bus', () => {
  const directory = mkdtempSync(join(tmpdir(), 'footfall-analytics-'));
  const logger = {
    warn: () => undefined,
    error: () => undefined,
    info: () => undefined,
    debug: () => undefined,
  };
  const bus = new InProcessBus({ dataDir: directory, logger });
  let service: Service;

  beforeAll(async () => {
    service = await runAnalyticsService({}, bus);
  });
  afterAll(async () => {
    await bus.close();
    await service.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  it('stores the rest of a message that holds a malformed event, and shows link and click', async () => {
    await bus.publish({ routingKey: 'link.changed.v1', events: [JSON.stringify(sampleLink())] });
    const click = JSON.stringify(sampleClick());
    const events = [click, '{"tracking_id": 7}', click, JSON.stringify(sampleClick())];
    await bus.publish({ routingKey: 'click.recorded.v1', events });
    const { body } = await analytics(service, 'lt_calendly_abc123');
    expect(body.click_statistics.total_clicks).toBe(2);
    const parked = readFileSync(join(directory, 'dead-letters', 'analytics.click-recorded.ndjson'), 'utf8');
    expect(parked).toMatch(/tracking_id/);
    const { payload } = await service.app.inject({ method: 'GET', url: '/metrics' });
    expect(payload).toMatch(/^footfall_analytics_clicks_ingested_total 2$/m);
    expect(payload).toMatch(/^footfall_analytics_clicks_duplicate_total 1$/m);
    expect(payload).toMatch(/^footfall_analytics_ingest_delay_seconds_count 1$/m);
  });
});
