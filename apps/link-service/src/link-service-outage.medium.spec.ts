import { credentials, makeClientConstructor } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { service as healthService } from 'grpc-health-check';
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

function grpcHealth(): Promise<string> {
  const Client = makeClientConstructor(healthService, 'grpc.health.v1.Health');
  const client = new Client(service.grpcAddress, credentials.createInsecure());
  return new Promise<string>((resolve, reject) => {
    client.check?.({ service: '' }, (error: Error | null, answer: { status: string }) =>
      error ? reject(error) : resolve(answer.status),
    );
  }).finally(() => client.close());
}

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
  await eventually(async () => expect(await grpcHealth()).toBe('NOT_SERVING'));
  expect((await fetch(`${service.url}/metrics`)).status).toBe(200);
  await expect(client.mintLinks(mint, 2_000)).rejects.toThrow(LinkServiceUnavailableError);

  await connection.mend();
  const [result] = await client.mintLinks(mint, 5_000);
  const trackingId = result?.link?.trackingId ?? '';
  await eventually(() => expect(service.bus.of(trackingId)).toHaveLength(1));
  await eventually(async () => expect(await grpcHealth()).toBe('SERVING'));
});
