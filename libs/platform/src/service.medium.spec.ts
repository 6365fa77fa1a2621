import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { z } from 'zod';
import { GrpcLinkClient, type Link, LinkServiceUnavailableError, linksV1 } from '#contracts';
import { eventually } from '#testing';
import { Scopes, UserScoped } from './access/scopes.js';
import { CodedError } from './coded-error.js';
import { HealthChecks } from './health.js';
import { RawBody } from './http-server.js';
import { currentPrincipal, currentRequestId, currentUserId } from './request-context.js';
import { type RunningService, startService } from './service.js';

const greetingSchema = z.object({ name: z.string().max(10) });

@Scopes('links:read')
@Controller()
class SampleController {
  @Post('greetings')
  greet(@Body({ schema: greetingSchema }) { name }: z.output<typeof greetingSchema>) {
    return { greeting: `hello ${name}`, request_id: currentRequestId() };
  }

  @RawBody()
  @Post('raw')
  raw(@Body() body: Buffer) {
    return { hex: body.toString('hex') };
  }

  @UserScoped()
  @Get('me')
  me() {
    return { user_id: currentUserId() ?? null };
  }

  @Get('who')
  who() {
    return currentPrincipal();
  }

  @Get('coded')
  coded() {
    throw new CodedError({
      code: 'too_busy',
      kind: 'unavailable',
      message: 'Try later.',
      retryAfterSeconds: 7,
    });
  }

  @Get('slow')
  async slow() {
    await delay(300);
    return { done: true };
  }

  @Get('broken')
  broken() {
    throw new Error('secret: SELECT * FROM accounts');
  }

  @UserScoped()
  @GrpcMethod('LinkService', 'GetLink')
  getLink({ trackingId }: linksV1.GetLinkRequest): linksV1.GetLinkResponse {
    if (trackingId === 'lt_me') return { link: linkOf(currentUserId() ?? 'anyone') };
    if (trackingId === 'lt_down') throw new CodedError({ code: 'x', kind: 'unavailable', message: 'Down.' });
    throw new CodedError({ code: 'link_not_found', kind: 'not_found', message: 'Link not found' });
  }
}

function linkOf(userId: string): Link {
  const texts = { trackingId: '', linkFunction: '', linkType: '', originalUrl: '', redirectUrl: '' };
  return { ...texts, userId, isActive: true, createdAt: new Date(), revision: 1 };
}

@Module({ controllers: [SampleController] })
class SampleModule {}

@Controller('forgotten')
class ForgottenController {
  @Get()
  open() {
    return {};
  }
}

@Module({ controllers: [ForgottenController] })
class ForgottenModule {}

const KEY = 'a-long-random-key';
const JORDANS_KEY = 'another-long-random-key';
const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
let service: RunningService | undefined;

afterEach(async () => {
  await service?.stop();
  service = undefined;
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function start({ keys = false } = {}) {
  const keyFile = join(mkdtempSync(join(tmpdir(), 'platform-')), 'keys');
  writeFileSync(keyFile, `# for tests\nci:${sha256(KEY)}\njordan:${sha256(JORDANS_KEY)}:jordan_avery\n`);
  const grpcPort = await freePort();
  service = await startService({
    name: 'sample',
    config: {
      HOST: '127.0.0.1',
      PORT: 0,
      GRPC_PORT: grpcPort,
      LOG_LEVEL: 'silent',
      API_KEYS_FILE: keys ? keyFile : undefined,
    },
    imports: [{ module: SampleModule }],
    grpc: { 'footfall.links.v1': { LinkService: linksV1.LinkServiceService } },
  });
  return { url: service.url, app: service.app, grpcPort };
}

async function post(url: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

describe('a service', () => {
  it('answers a valid call inside the caller’s request id', async () => {
    const { url } = await start();
    const answer = await post(`${url}/greetings`, '{"name":"Jordan"}', { 'x-request-id': 'req-1' });
    expect(answer.body).toEqual({ greeting: 'hello Jordan', request_id: 'req-1' });
  });

  it.each([
    ['bad JSON', '{"name":', 400, 'invalid_json'],
    ['an empty body', '', 400, 'invalid_request'],
    ['a wrong type', '{"name":7}', 400, 'invalid_request'],
    ['a field that is too long', '{"name":"12345678901"}', 400, 'invalid_request'],
    ['a prototype trick', '{"__proto__":{"name":"x"}}', 400, 'invalid_request'],
    ['a body past the limit', `{"name":"${'x'.repeat(2 * 1024 * 1024)}"}`, 413, 'body_too_large'],
  ])('answers %s in the documented error shape', async (_what, body, status, code) => {
    const { url } = await start();
    const answer = await post(`${url}/greetings`, body);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({
      success: false,
      error: expect.any(String),
      code,
      details: expect.any(Array),
      request_id: expect.any(String),
    });
  });

  it.each(['', '{"a": 1} ', '{broken', '\xff\x00{'])(
    'hands %j byte for byte to a call that asks for it',
    async (text) => {
      const { url } = await start();
      const body = Buffer.from(text, 'latin1');
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/raw`, { method: 'POST', body, headers });
      expect(await answer.json()).toEqual({ hex: body.toString('hex') });
    },
  );

  it('asks for JSON when it gets something else', async () => {
    const { url } = await start();
    const answer = await post(`${url}/greetings`, 'name=x', { 'content-type': 'text/plain' });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: 'Invalid content type - JSON expected' });
  });

  it('answers an unknown address with 404 and a coded refusal with its Retry-After', async () => {
    const { url } = await start();
    const missing = await fetch(`${url}/nowhere`);
    expect([missing.status, await missing.json()]).toEqual([
      404,
      expect.objectContaining({ code: 'unknown_route' }),
    ]);
    const busy = await fetch(`${url}/coded`);
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '7']);
  });

  it('measures calls by route and status class, whoever asks for what, and gRPC by method and code', async () => {
    const { url, grpcPort } = await start();
    await fetch(`${url}/coded`);
    await fetch(`${url}/me?who=jordan`);
    await fetch(`${url}/nowhere/jordan`);
    await fetch(`${url}/health/live`);
    const links = new GrpcLinkClient({ address: `127.0.0.1:${grpcPort}` });
    await links.findLink('lt_calendly_gone', 1_000).catch(() => undefined);
    links.close();
    await eventually(async () => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const counts = text.split('\n').filter((line) => /^footfall_(http|grpc)_\w+_count/.test(line));
      expect(counts.sort()).toEqual([
        'footfall_grpc_request_duration_seconds_count{grpc_service="footfall.links.v1.LinkService",grpc_method="GetLink",grpc_code="NOT_FOUND"} 1',
        'footfall_http_request_duration_seconds_count{method="GET",route="/coded",status="5xx"} 1',
        'footfall_http_request_duration_seconds_count{method="GET",route="/me",status="2xx"} 1',
        'footfall_http_request_duration_seconds_count{method="GET",route="none",status="4xx"} 1',
      ]);
    });
  });

  it.each([
    ['/greetings/%E0%A4%A', 400, 'invalid_address'],
    ['/%', 400, 'invalid_address'],
  ])('answers the broken address %s in the documented error shape', async (path, status, code) => {
    const { url } = await start();
    const answer = await fetch(url + path);
    expect([answer.status, await answer.json()]).toEqual([
      status,
      { success: false, error: expect.any(String), code, details: [], request_id: expect.any(String) },
    ]);
  });

  it('never shows the text of an unexpected error', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/broken`);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('SELECT');
  });

  it('is ready only while every required check passes', async () => {
    const { url, app } = await start();
    app.get(HealthChecks).register('broker', () => Promise.reject(new Error('away')), { required: false });
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    app.get(HealthChecks).register('database', () => Promise.reject(new Error('down')));
    const answer = await fetch(`${url}/health/ready`);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      { status: 'not_ready', checks: { broker: 'away', database: 'down' } },
    ]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('serves Prometheus metrics', async () => {
    const { url } = await start();
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_cpu_seconds_total');
  });

  it('asks for a key once one is configured, except on public calls', async () => {
    const { url } = await start({ keys: true });
    const body = '{"name":"x"}';
    expect((await post(`${url}/greetings`, body)).body).toMatchObject({ code: 'missing_api_key' });
    expect((await post(`${url}/greetings`, body, { 'x-api-key': 'no' })).body).toMatchObject({
      code: 'wrong_api_key',
    });
    expect((await post(`${url}/greetings`, body, { 'x-api-key': KEY })).status).toBe(201);
    expect((await post(`${url}/greetings`, body, { authorization: `Bearer ${KEY}` })).status).toBe(201);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
  });

  it('maps coded errors to gRPC statuses and asks for the same key there', async () => {
    const { grpcPort } = await start({ keys: true });
    const address = `127.0.0.1:${grpcPort}`;
    const known = new GrpcLinkClient({ address, apiKey: KEY });
    const stranger = new GrpcLinkClient({ address });
    expect(await known.findLink('lt_x', 2_000)).toBeUndefined();
    await expect(known.findLink('lt_down', 2_000)).rejects.toThrow(LinkServiceUnavailableError);
    await expect(stranger.findLink('lt_x', 2_000)).rejects.toThrow(/UNAUTHENTICATED.*needs an API key/);
    known.close();
    stranger.close();
  });

  it('serves a call as the user that its key is bound to, over HTTP and gRPC', async () => {
    const { url, grpcPort } = await start({ keys: true });
    const address = `127.0.0.1:${grpcPort}`;
    const whoIs = async (key: string) => {
      const client = new GrpcLinkClient({ address, apiKey: key });
      const link = await client.findLink('lt_me', 2_000);
      client.close();
      const answer = await fetch(`${url}/me`, { headers: { 'x-api-key': key } });
      return [await answer.json(), link?.userId];
    };
    // Together, so that one call's user would be seen in another's.
    expect(await Promise.all([JORDANS_KEY, KEY, JORDANS_KEY].map(whoIs))).toEqual([
      [{ user_id: 'jordan_avery' }, 'jordan_avery'],
      [{ user_id: null }, 'anyone'],
      [{ user_id: 'jordan_avery' }, 'jordan_avery'],
    ]);
  });

  it('refuses a key that is bound to a user on calls that are not made for it', async () => {
    const { url } = await start({ keys: true });
    const refused = await post(`${url}/greetings`, '{"name":"x"}', { 'x-api-key': JORDANS_KEY });
    expect([refused.status, refused.body]).toEqual([
      403,
      expect.objectContaining({ code: 'service_key_needed' }),
    ]);
    expect((await fetch(`${url}/health/live`, { headers: { 'x-api-key': JORDANS_KEY } })).status).toBe(200);
  });

  it.each([
    ['a hash that is none', 'ci:abc'],
    ['a user id with a space', `ci:${sha256(KEY)}:jordan avery`],
    ['an empty user id', `ci:${sha256(KEY)}:`],
    ['a name alone', 'ci'],
  ])('does not start with %s in the key file', async (_what, line) => {
    const keyFile = join(mkdtempSync(join(tmpdir(), 'platform-')), 'keys');
    writeFileSync(keyFile, `good:${sha256(KEY)}\n${line}\n`);
    const config = { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'silent', API_KEYS_FILE: keyFile };
    await expect(startService({ name: 'sample', config, imports: [] })).rejects.toThrow(
      'API_KEYS_FILE line 2 must read',
    );
  });

  it.each([
    ['headers', 'GET /me HTTP/1.1\r\nHost: x\r\n', { headersTimeout: 500 }],
    [
      'a body',
      'POST /greetings HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n',
      { requestTimeout: 500, headersTimeout: 400 },
    ],
  ])(
    'ends a connection whose request sends %s too slowly, whatever it still sends',
    async (_what, begin, http) => {
      const config = { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'silent' };
      service = await startService({ name: 'sample', config, imports: [{ module: SampleModule }], http });
      const slow = connect(Number(new URL(service.url).port), '127.0.0.1');
      const drip = setInterval(() => slow.write('a:b\r\n'), 100);
      try {
        let answer = '';
        slow.on('data', (chunk) => (answer += chunk)).on('error', () => undefined);
        slow.write(begin);
        await once(slow, 'close');
        expect(answer).toMatch(/^HTTP\/1.1 408 /);
      } finally {
        clearInterval(drip);
        slow.destroy();
      }
    },
  );

  it('gives requests a bounded time by itself', async () => {
    const { app } = await start();
    const { headersTimeout, requestTimeout } = app.getHttpServer();
    expect([headersTimeout, requestTimeout]).toEqual([10_000, 120_000]);
  });

  it('does not wait for a connection on which nothing was ever asked', async () => {
    const { url } = await start();
    const silent = connect(Number(new URL(url).port), '127.0.0.1');
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    await service?.stop();
    await closed;
  });

  it('stops as soon as the last request in flight is answered', async () => {
    const { url, app } = await start();
    const arrived = new Promise((resolve) => app.getHttpServer().once('request', resolve));
    const answer = fetch(`${url}/slow`);
    await arrived;
    const stopping = Date.now();
    await service?.stop();
    expect(Date.now() - stopping).toBeLessThan(2_000);
    expect(await (await answer).json()).toEqual({ done: true });
  });

  it('says which port is taken and which variable chooses another', async () => {
    const { url } = await start();
    const taken = Number(new URL(url).port);
    const config = { HOST: '127.0.0.1', PORT: taken, LOG_LEVEL: 'silent' };
    await expect(startService({ name: 'second', config, imports: [] })).rejects.toThrow(
      `Port ${taken} on 127.0.0.1 is in use: stop the program that uses it, or choose another with PORT.`,
    );
    const grpc = { 'footfall.links.v1': { LinkService: linksV1.LinkServiceService } };
    const both = { ...config, PORT: 0, GRPC_PORT: taken };
    await expect(
      startService({ name: 'third', config: both, imports: [{ module: SampleModule }], grpc }),
    ).rejects.toThrow(/in use.*GRPC_PORT/);
  });

  it('does not start with a call of which nobody said who may make it', async () => {
    const config = { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'silent' };
    await expect(
      startService({ name: 'sample', config, imports: [{ module: ForgottenModule }] }),
    ).rejects.toThrow('Say who may call ForgottenController_open');
  });

  it('knows who calls', async () => {
    const { url } = await start();
    expect(await (await fetch(`${url}/who`)).json()).toMatchObject({ kind: 'anonymous', scopes: ['admin'] });
    await service?.stop();
    const guarded = await start({ keys: true });
    const answer = await fetch(`${guarded.url}/who`, { headers: { 'x-api-key': KEY } });
    expect(await answer.json()).toEqual({ kind: 'key', id: 'file:ci', name: 'ci', scopes: ['admin'] });
  });

  it('refuses to face a network without keys, naming the variable', async () => {
    const config = { HOST: '0.0.0.0', PORT: 0, LOG_LEVEL: 'silent' };
    await expect(
      startService({ name: 'sample', config, imports: [{ module: SampleModule }] }),
    ).rejects.toThrow(/API_KEYS_FILE/);
  });
});
