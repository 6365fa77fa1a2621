import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import pg from 'pg';
import { linksV1 } from '#contracts';
import { breakableConnection, eventually, freePort, type TestDatabase, testDatabase } from '#testing';
import { Public, Scopes, UserScoped } from '../access/scopes.js';
import { parseNetworks } from '../client-address.js';
import { type RunningService, startService } from '../service.js';
import { WRONG_KEYS_PER_MINUTE } from './rate-limits.service.js';

@Controller()
class SampleController {
  @UserScoped()
  @Scopes('links:read')
  @Get('things')
  things() {
    return {};
  }

  @Public()
  @Post('webhook')
  webhook() {
    return {};
  }

  @UserScoped()
  @Scopes('links:read')
  @GrpcMethod('LinkService', 'GetLink')
  getLink(): linksV1.GetLinkResponse {
    return { link: undefined };
  }
}

@Module({ controllers: [SampleController] })
class SampleModule {}

const KEYS = { service: 'key-of-a-service', jordan: 'key-of-jordan', robin: 'key-of-robin' };
const folder = mkdtempSync(join(tmpdir(), 'rate-limit-'));
const keyFile = join(folder, 'keys');
let database: TestDatabase;
let services: RunningService[] = [];

beforeAll(() => {
  const lines = Object.entries(KEYS).map(
    ([name, key]) =>
      `${name}:${createHash('sha256').update(key).digest('hex')}${name === 'service' ? '' : `:${name}`}`,
  );
  writeFileSync(keyFile, lines.join('\n'));
});
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.stop()));
  services = [];
  await database.drop();
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Limits {
  perCaller?: number;
  perAddress?: number;
  url?: string;
  hasKeys?: boolean;
}

async function start({ perCaller = 0, perAddress = 0, url = database.url, hasKeys = true }: Limits) {
  const grpcPort = await freePort();
  const service = await startService({
    name: 'sample',
    config: {
      HOST: '127.0.0.1',
      PORT: 0,
      GRPC_PORT: grpcPort,
      LOG_LEVEL: 'silent',
      DATABASE_URL: url,
      API_KEYS_FILE: hasKeys ? keyFile : undefined,
      TRUSTED_PROXIES: parseNetworks(['127.0.0.1']),
      RATE_LIMIT_PER_MINUTE: perCaller,
      ADDRESS_RATE_LIMIT_PER_MINUTE: perAddress,
    },
    imports: [{ module: SampleModule }],
    grpc: { 'footfall.links.v1': { LinkService: linksV1.LinkServiceService } },
  });
  services.push(service);
  return Object.assign(service, { grpcPort });
}

interface Request {
  path?: string;
  key?: string;
  from?: string;
  method?: string;
}

function call({ url }: { url: string }, { path = '/things', key = KEYS.jordan, from, method }: Request = {}) {
  const headers = { 'x-api-key': key, ...(from && { 'x-forwarded-for': from }) };
  return fetch(url + path, { method, headers });
}

/** Statuses of calls one after another. */
async function statuses(count: number, send: () => Promise<Response>): Promise<number[]> {
  const found: number[] = [];
  for (let n = 0; n < count; n++) found.push((await send()).status);
  return found;
}

describe('a caller', () => {
  it('has one budget with all processes together, and is told how much is left', async () => {
    const [one, other] = [await start({ perCaller: 5 }), await start({ perCaller: 5 })];
    const first = await call(one);
    expect(first.headers.get('ratelimit-policy')).toBe('"caller";q=5;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"caller";r=4;t=(60|5\d)$/);
    expect(await statuses(2, () => call(one))).toEqual([200, 200]);
    expect(await statuses(2, () => call(other))).toEqual([200, 200]);

    for (const service of [one, other]) {
      const refused = await call(service);
      const seconds = Number(refused.headers.get('retry-after'));
      expect([refused.status, await refused.json()]).toEqual([
        429,
        expect.objectContaining({
          success: false,
          code: 'rate_limited',
          error: expect.stringContaining(`${seconds} s`),
        }),
      ]);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(refused.headers.get('ratelimit')).toMatch(/^"caller";r=0;t=\d+$/);
    }
    expect((await call(one, { key: KEYS.robin })).status).toBe(200);
    expect((await call(one, { path: '/health/ready' })).status).toBe(200);
    expect((await call(one, { path: '/metrics' })).status).toBe(200);
  });

  it('is limited over gRPC too, but for services, which call each other', async () => {
    const { grpcPort } = await start({ perCaller: 2 });
    const client = new linksV1.LinkServiceClient(`127.0.0.1:${grpcPort}`, credentials.createInsecure());
    const ask = (key: string) =>
      new Promise<ServiceError | null>((resolve) => {
        const metadata = new Metadata();
        metadata.set('x-api-key', key);
        client.getLink({ trackingId: 'lt_x' }, metadata, (error) => resolve(error));
      });
    try {
      expect([await ask(KEYS.jordan), await ask(KEYS.jordan)]).toEqual([null, null]);
      const refused = await ask(KEYS.jordan);
      expect(refused?.code).toBe(status.RESOURCE_EXHAUSTED);
      expect(Number(refused?.metadata.get('retry-after')[0])).toBeGreaterThan(0);
      for (let n = 0; n < 5; n++) expect(await ask(KEYS.service)).toBeNull();
    } finally {
      client.close();
    }
  });

  it('is answered while the counts cannot be had, and counted by each process alone', async () => {
    const way = await breakableConnection(database.url);
    const service = await start({ perCaller: 3, url: way.url });
    expect((await call(service)).status).toBe(200);
    way.cut();
    expect(await statuses(4, () => call(service))).toEqual([200, 200, 200, 429]);
  });

  it('is not limited while no key is asked for', async () => {
    const service = await start({ perCaller: 1, perAddress: 1, hasKeys: false });
    expect(await statuses(4, () => call(service))).toEqual([200, 200, 200, 200]);
    expect((await call(service)).headers.get('ratelimit')).toBeNull();
  });
});

describe('an address', () => {
  it('has one budget for whoever calls from there, webhooks included', async () => {
    const service = await start({ perCaller: 50, perAddress: 3 });
    const from = '2001:db8:1:2::1';
    const answer = await call(service, { from });
    expect(answer.headers.get('ratelimit-policy')).toBe('"caller";q=50;w=60, "address";q=3;w=60');
    expect((await call(service, { from: '2001:db8:1:2::ffff', key: KEYS.robin })).status).toBe(200);
    expect((await call(service, { from, path: '/webhook', method: 'POST' })).status).toBe(201);
    expect((await call(service, { from, path: '/webhook', method: 'POST' })).status).toBe(429);
    expect((await call(service, { from: '2001:db8:1:3::1' })).status).toBe(200);
  });

  it('is refused altogether once it has been wrong about its key too often', async () => {
    const [one, other] = [await start({ perAddress: 1_000 }), await start({ perAddress: 1_000 })];
    const from = '192.0.2.1';
    const wrong = (service: RunningService) => call(service, { from, key: 'guess' });
    expect(await statuses(WRONG_KEYS_PER_MINUTE, () => wrong(one))).toEqual(
      Array(WRONG_KEYS_PER_MINUTE).fill(401),
    );
    // Counted while the last refusal was on its way.
    await eventually(async () => expect((await call(one, { from })).status).toBe(429));
    await wrong(other);
    await eventually(async () => expect((await call(other, { from })).status).toBe(429));
    expect((await call(one, { from: '192.0.2.2' })).status).toBe(200);
    expect(await (await call(one, { path: '/metrics', from })).text()).toMatch(
      /footfall_rate_limited_total\{limit="wrong_key"\} [1-9]/,
    );
  });
});

it('keeps no address and no name where it counts', async () => {
  const service = await start({ perCaller: 5, perAddress: 5 });
  await call(service, { from: '192.0.2.77' });
  const sql = new pg.Client(database.url);
  await sql.connect();
  try {
    const { rows } = await sql.query('SELECT key FROM access.rate_limits');
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/192\.0\.2|jordan/);
  } finally {
    await sql.end();
  }
});
