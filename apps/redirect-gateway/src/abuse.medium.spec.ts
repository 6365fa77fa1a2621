import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import { aLink, GatewayUnderTest, ID, metric, rawRequest, visit, WORD } from '../test/gateway-under-test.js';

let gateway: GatewayUnderTest;
const sockets: Socket[] = [];

beforeEach(() => {
  gateway = new GatewayUnderTest();
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await gateway.dispose();
});

const get = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}Connection: close\r\n\r\n`;

/** A connection that is kept, and all that came back on it. */
function open(url: string): Promise<{ socket: Socket; answer: () => string; closed: Promise<void> }> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const closed = new Promise<void>((done) => socket.on('close', () => done()));
    sockets.push(socket);
    socket.on('data', (chunk) => (answer += chunk));
    socket.on('connect', () => resolve({ socket, answer: () => answer, closed }));
    socket.on('error', reject);
  });
}

describe('an address that asks for many unknown links', () => {
  it('is told to come back later, and still gets every link that exists', async () => {
    const url = await gateway.startWithLink({ UNKNOWN_LINKS_PER_MINUTE: '5' });
    const statuses: number[] = [];
    for (let n = 0; n < 7; n += 1) statuses.push((await visit(url, { id: `lt_unknown${n}` })).status);
    expect(statuses).toEqual([404, 404, 404, 404, 404, 429, 429]);
    const limited = await visit(url, { id: 'lt_unknown' });
    expect(limited.headers.get('retry-after')).toBe('60');
    expect(await limited.text()).toContain('Please check the address');
    expect((await visit(url)).status).toBe(302);
    gateway.links.put(aLink({ trackingId: 'lt_new', revision: 0 }));
    expect((await visit(url, { id: 'lt_new' })).status).toBe(302);
    gateway.bus.announce(aLink({ isActive: false, revision: 2 }));
    expect((await visit(url)).status).toBe(410);
    expect((await visit(url, { id: 'not-an-id' })).status).toBe(404);
  });

  it('gets 200 as Office, which would show an error for anything else', async () => {
    const url = await gateway.startWithLink({ UNKNOWN_LINKS_PER_MINUTE: '1' });
    await visit(url, { id: 'lt_unknown0' });
    expect((await visit(url, { id: 'lt_unknown1', headers: { 'user-agent': WORD } })).status).toBe(200);
  });

  it('is told apart from others behind the same proxy', async () => {
    const url = await gateway.startWithLink({
      UNKNOWN_LINKS_PER_MINUTE: '1',
      TRUSTED_PROXIES: '127.0.0.1',
    });
    const ask = async (n: number, ip: string) =>
      (await visit(url, { id: `lt_unknown${n}`, headers: { 'x-forwarded-for': ip } })).status;
    expect([await ask(0, '192.0.2.1'), await ask(1, '192.0.2.1'), await ask(2, '192.0.2.2')]).toEqual([
      404, 429, 404,
    ]);
  });

  it('leaves link-service to others while it floods', async () => {
    const url = await gateway.startWithLink({ UNKNOWN_LINKS_PER_MINUTE: '1' });
    await visit(url, { id: 'lt_unknown' });
    gateway.links.isHanging = true;
    const { lookups } = gateway.links;
    const flood = Array.from({ length: 50 }, (_, n) => visit(url, { id: `lt_flood${n}` }));
    expect(new Set((await Promise.all(flood)).map(({ status }) => status))).toEqual(new Set([429]));
    // Four at a time, each for a quarter of a second: on a busy machine the flood takes several of those.
    expect(gateway.links.lookups - lookups).toBeLessThan(25);
  });
});

describe('a request that is too large', () => {
  it.each([
    ['address', (size: number) => get(`/track/${'a'.repeat(size)}`)],
    ['header', (size: number) => get(`/track/${ID}`, `X-Filler: ${'a'.repeat(size)}\r\n`)],
  ])('by its %s gets a friendly page, and one just below the limit its answer', async (_what, make) => {
    const url = await gateway.startWithLink({ MAX_HEADER_BYTES: '4096' });
    expect(await rawRequest(url, make(3_900))).toMatch(/^HTTP\/1.1 (302|404) /);
    const refused = await rawRequest(url, make(4_200));
    expect(refused).toMatch(/^HTTP\/1.1 431 /);
    expect(refused).toContain('<h1>This address is too long</h1>');
    expect(refused).toMatch(/cache-control: no-store/);
  });

  it('or is no HTTP gets a friendly page', async () => {
    const url = await gateway.startWithLink();
    const refused = await rawRequest(url, 'hello\r\n\r\n');
    expect(refused).toMatch(/^HTTP\/1.1 400 /);
    expect(refused).toContain('<h1>This link cannot be read</h1>');
  });
});

describe('a connection', () => {
  it('that sends its request too slowly is ended with a friendly page', async () => {
    const url = await gateway.startWithLink({ REQUEST_HEADERS_SECONDS: '1' });
    const { socket, answer, closed } = await open(url);
    socket.write(`GET /track/${ID} HTTP/1.1\r\nHost: x\r\n`);
    await closed;
    expect(answer()).toMatch(/^HTTP\/1.1 408 /);
    expect(answer()).toContain('<h1>That took too long</h1>');
  });

  it('that idles is ended after its time', async () => {
    const url = await gateway.startWithLink({ KEEP_ALIVE_SECONDS: '1' });
    const { socket, answer, closed } = await open(url);
    socket.write(`GET /track/${ID} HTTP/1.1\r\nHost: x\r\n\r\n`);
    await closed;
    expect(answer()).toMatch(/^HTTP\/1.1 302 /);
  });

  it('carries a bounded number of requests', async () => {
    const url = await gateway.startWithLink({ MAX_REQUESTS_PER_CONNECTION: '2' });
    const { socket, answer } = await open(url);
    const ask = () => socket.write(`GET /track/${ID} HTTP/1.1\r\nHost: x\r\n\r\n`);
    ask();
    await eventually(() => expect(answer()).toMatch(/^HTTP\/1.1 302 /));
    expect(answer()).not.toMatch(/connection: close/i);
    ask();
    await eventually(() => expect(answer().match(/HTTP\/1.1 302 /g)).toHaveLength(2));
    expect(answer()).toMatch(/connection: close/i);
  });

  it('whose request comes while the gateway stops gets its answer, and is told to end', async () => {
    const url = await gateway.startWithLink();
    const { socket, answer, closed } = await open(url);
    socket.write(`GET /track/${ID} HTTP/1.1\r\n`);
    await eventually(async () => expect((await visit(url)).status).toBe(302));
    const stopped = gateway.stop();
    await eventually(() => expect(visit(url)).rejects.toThrow());
    socket.write('Host: x\r\n\r\n');
    await Promise.all([closed, stopped]);
    expect(answer()).toMatch(/^HTTP\/1.1 302 .*connection: close/is);
  });

  it('beyond the cap is refused and counted, and there is room again when one has gone', async () => {
    const url = await gateway.startWithLink({ MAX_CONNECTIONS: '3', KEEP_ALIVE_SECONDS: '1' });
    await eventually(async () => {
      for (const { socket } of [await open(url), await open(url), await open(url)])
        expect(socket.destroyed).toBe(false);
      const refused = await open(url);
      await refused.closed;
      expect(refused.answer()).toBe('');
    });
    for (const socket of sockets.splice(0)) socket.destroy();
    await eventually(async () => expect((await visit(url)).status).toBe(302));
    expect(await metric(url, 'dropped_connections_total')).toBeGreaterThan(0);
  });
});
