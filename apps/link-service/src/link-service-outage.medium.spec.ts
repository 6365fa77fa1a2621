import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LINK_CLIENT, type LinkClient, LinkServiceUnavailableError } from '#contracts';
import { breakableConnection, eventually, type TestDatabase, testDatabase } from '#testing';
import { type RunningLinkService, runLinkService } from '../test/running-link-service.js';

let database: TestDatabase;
let connection: Awaited<ReturnType<typeof breakableConnection>>;
let service: RunningLinkService;

beforeAll(async () => {
  database = await testDatabase();
  connection = await breakableConnection(database.url);
  service = await runLinkService(connection.url);
});

afterAll(async () => {
  await service?.stop();
  connection?.cut();
  await database?.drop();
});

it('answers 503 while the database is away, is not ready, and goes on by itself when it is back', async () => {
  const mint = {
    jobId: 'job-1',
    links: [{ originalUrl: 'https://example.com/', linkFunction: 'Portfolio', linkType: '' }],
  };
  const client = service.app.get<LinkClient>(LINK_CLIENT, { strict: false });
  connection.cut();

  const response = await fetch(`${service.url}/api/link-tracking/links`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await response.json()).toMatchObject({ success: false, code: 'database_unavailable' });
  expect((await fetch(`${service.url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${service.url}/metrics`)).status).toBe(200);
  await expect(client.mintLinks(mint, 2_000)).rejects.toThrow(LinkServiceUnavailableError);

  await connection.mend();
  const [result] = await client.mintLinks(mint, 5_000);
  const trackingId = result?.link?.trackingId ?? '';
  await eventually(() => expect(service.bus.of(trackingId)).toHaveLength(1));
});
