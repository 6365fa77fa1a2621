import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Header, Module, Post } from '@nestjs/common';
import { z } from 'zod';
import { Public } from './access/scopes.js';
import { parseNetworks } from './client-address.js';
import { type RunningService, startService } from './service.js';

/** What `createHttpAdapter` takes as the body of any call. */
const BODY_BYTES = 2 * 1024 * 1024;
/** Node's own bound on address and headers together. */
const HEADER_BYTES = 16_384;

@Public()
@Controller()
class SampleController {
  @Get('things')
  things() {
    return { things: [] };
  }

  @Get('things/:id')
  thing() {
    return {};
  }

  @Post('things')
  add(@Body({ schema: z.object({ name: z.string() }) }) { name }: { name: string }) {
    return { length: name.length };
  }

  @Get('picture')
  @Header('Cache-Control', 'max-age=60')
  picture() {
    return 'a picture';
  }
}

@Module({ controllers: [SampleController] })
class SampleModule {}

let service: RunningService;
beforeEach(async () => {
  service = await startService({
    name: 'sample',
    config: {
      HOST: '127.0.0.1',
      PORT: 0,
      LOG_LEVEL: 'silent',
      HSTS_SECONDS: 600,
      TRUSTED_PROXIES: parseNetworks(['127.0.0.1']),
    },
    imports: [{ module: SampleModule }],
    http: { requestTimeout: 400, headersTimeout: 200, connectionsCheckingInterval: 20 },
  });
});
afterEach(() => service.stop());

async function post(body: string) {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${service.url}/things`, { method: 'POST', headers, body })).status;
}

/** Writes to the server and answers everything that it sends until it hangs up. */
async function talk(text: string): Promise<string> {
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    answer += chunk;
  });
  socket.on('error', () => undefined);
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('every answer', () => {
  it.each([
    '/things',
    '/nowhere',
    '/things?x=%',
    '/%',
    '/api/openapi.json',
    '/health/live',
    '/metrics',
    '/api/docs',
  ])('of %s is kept by no cache, shown in no frame and read as what it is', async (path) => {
    const { headers } = await fetch(service.url + path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'$/),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  it('leaves a handler its own word', async () => {
    const { headers } = await fetch(`${service.url}/picture`);
    expect(headers.get('cache-control')).toBe('max-age=60');
  });

  it('binds browsers to https only once they came over https, as a trusted proxy says', async () => {
    const overHttps = { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': '192.0.2.1' } };
    const { headers } = await fetch(`${service.url}/things`, overHttps);
    expect(headers.get('strict-transport-security')).toBe('max-age=600; includeSubDomains');
  });

  it('is readable by no other site', async () => {
    const origin = 'https://elsewhere.example';
    const preflight = { origin, 'access-control-request-method': 'POST' };
    for (const init of [{ headers: { origin } }, { method: 'OPTIONS', headers: preflight }]) {
      const { headers } = await fetch(`${service.url}/things`, init);
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('a request', () => {
  it('may have a body of so many bytes and not one more', async () => {
    const frame = '{"name":""}'.length;
    expect(await post(`{"name":"${'x'.repeat(BODY_BYTES - frame)}"}`)).toBe(201);
    expect(await post(`{"name":"${'x'.repeat(BODY_BYTES - frame + 1)}"}`)).toBe(413);
  });

  it('may have headers of so many bytes, and is told when they are more', async () => {
    const withHeader = (bytes: number) =>
      `GET /things HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: ${'x'.repeat(bytes)}\r\n\r\n`;
    expect(await talk(withHeader(HEADER_BYTES - 200))).toMatch(/^HTTP\/1.1 200 /);
    const refused = await talk(withHeader(HEADER_BYTES));
    expect(refused).toMatch(/^HTTP\/1.1 431 .*"code":"headers_too_large","details":\[\],"request_id":"/s);
  });

  it('may have parts of 512 characters in its address', async () => {
    expect((await fetch(`${service.url}/things/${'x'.repeat(512)}`)).status).toBe(200);
    expect((await fetch(`${service.url}/things/${'x'.repeat(513)}`)).status).toBe(404);
  });

  it('that is none, or takes too long to arrive, is answered in the documented shape and cut off', async () => {
    const shape = (code: string) => new RegExp(`"success":false,"error":"[^"]+","code":"${code}"`);
    expect(await talk('NONSENSE\r\n\r\n')).toMatch(shape('invalid_http'));
    expect(await talk('GET /things HTTP/1.1\r\nHost: x\r\n')).toMatch(shape('request_too_slow'));
    const half =
      'POST /things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{"name"';
    expect(await talk(half)).toMatch(shape('request_too_slow'));
  });
});
