import { lookup } from 'node:dns/promises';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import {
  aLink,
  CALENDLY_OF,
  CHROME,
  GatewayUnderTest,
  ID,
  metric,
  rawRequest,
  ready,
  type SwitchableBus,
  type SwitchableLinks,
  TARGET,
  visit,
  WORD,
} from '../test/gateway-under-test.js';

let gateway: GatewayUnderTest;
let dataDir: string;
let bus: SwitchableBus;
let links: SwitchableLinks;

beforeEach(() => {
  gateway = new GatewayUnderTest();
  ({ dataDir, bus, links } = gateway);
});

afterEach(() => gateway.dispose());

const start = (env?: Record<string, string>) => gateway.start(env);
const startWithLink = (env?: Record<string, string>) => gateway.startWithLink(env);
const stop = () => gateway.stop();

describe('a visit to a known link', () => {
  it('is redirected with private headers and recorded with its facts', async () => {
    const url = await startWithLink();
    const answer = await visit(url, { headers: { referer: 'https://mail.example/' } });
    expect(answer.status).toBe(302);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      location: TARGET,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
    });
    const click = await eventually(() => {
      expect(bus.published).toHaveLength(1);
      return bus.published[0];
    });
    expect(click).toMatchObject({
      tracking_id: ID,
      user_id: 'jordan',
      job_id: 'job-1',
      application_id: 'app-1',
      link_function: 'Calendly',
      link_created_at: '2026-01-01T00:00:00.000Z',
      answer: 'redirect',
      method: 'GET',
      secure: false,
      do_not_track: false,
      ip: '127.0.0.1',
      user_agent: CHROME,
      referrer: 'https://mail.example/',
      headers: { 'accept-language': 'en' },
    });
  });

  it.each([
    ['OPTIONS from a browser', { method: 'OPTIONS' }, 200, 'probe'],
    [
      'OPTIONS from Office',
      { method: 'OPTIONS', headers: { 'user-agent': 'Microsoft Office Protocol Discovery' } },
      200,
      'preflight',
    ],
    ['GET from Word', { headers: { 'user-agent': WORD } }, 200, 'preflight'],
    ['HEAD from Word', { method: 'HEAD', headers: { 'user-agent': WORD } }, 200, 'preflight'],
    [
      'PROPFIND from a WebDAV client',
      { method: 'PROPFIND', headers: { 'user-agent': 'Microsoft-WebDAV-MiniRedir/10.0' } },
      200,
      'preflight',
    ],
    ['HEAD', { method: 'HEAD' }, 302, 'probe'],
    ['a prefetch', { headers: { 'sec-purpose': 'prefetch;prerender' } }, 503, 'prefetch'],
    [
      'POST',
      { method: 'POST', body: '{"a":', headers: { 'content-type': 'application/json' } },
      405,
      undefined,
    ],
    ['DELETE', { method: 'DELETE' }, 405, undefined],
  ])('by %s is answered and recorded for what it is', async (_what, init, status, recorded) => {
    const url = await startWithLink();
    const answer = await visit(url, init);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('location')).toBe(status === 302 ? TARGET : null);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('dav')).toBeNull();
    await visit(url);
    await eventually(() => expect(bus.published.at(-1)?.answer).toBe('redirect'));
    expect(bus.published.slice(0, -1).map(({ answer }) => answer)).toEqual(recorded ? [recorded] : []);
  });

  it('shows Office a page that names the target', async () => {
    const url = await startWithLink();
    const body = await (await visit(url, { headers: { 'user-agent': WORD } })).text();
    expect(body).toContain(`<meta http-equiv="refresh" content="0; url=${TARGET.replaceAll('&', '&amp;')}">`);
  });

  it('stores no fact of a visitor who asks not to be tracked, not even in the journal', async () => {
    bus.isAway = true;
    const url = await startWithLink();
    await visit(url, { headers: { dnt: '1', referer: 'https://secret.example/' } });
    const names = readdirSync(join(dataDir, 'journal/0')).filter((name) => name.endsWith('.segment'));
    expect(names).toHaveLength(1);
    const bytes = readFileSync(join(dataDir, 'journal/0', names[0] ?? ''), 'utf8');
    expect(bytes).toContain('"do_not_track":true');
    expect(bytes).not.toMatch(/secret|127\.0\.0\.1|Chrome/);
    await stop();
    bus.isAway = false;
    await start();
    const click = await eventually(() => {
      expect(bus.published).toHaveLength(1);
      return bus.published[0];
    });
    expect(click).toMatchObject({ do_not_track: true, class_hint: 'human' });
    for (const fact of ['ip', 'user_agent', 'referrer', 'headers']) expect(click).not.toHaveProperty(fact);
  });

  it('is redirected and not counted at all under DNT_POLICY=ignore-click', async () => {
    const url = await startWithLink({ DNT_POLICY: 'ignore-click' });
    expect((await visit(url, { headers: { 'sec-gpc': '1' } })).status).toBe(302);
    await visit(url);
    await eventually(() => expect(bus.published.length).toBeGreaterThan(0));
    expect(bus.published).toHaveLength(1);
  });

  it('is recorded with the address that a trusted proxy saw, and never with what the visitor claims', async () => {
    const forwarded = { 'x-forwarded-for': '6.6.6.6, 203.0.113.9', 'x-forwarded-proto': 'https' };
    const url = await startWithLink({ TRUSTED_PROXIES: '127.0.0.0/8' });
    await visit(url, { headers: forwarded });
    await eventually(() => expect(bus.published[0]).toMatchObject({ ip: '203.0.113.9', secure: true }));
    await stop();
    const bare = await start();
    await visit(bare, { headers: forwarded });
    await eventually(() => expect(bus.published[1]).toMatchObject({ ip: '127.0.0.1', secure: false }));
  });
});

describe('a visit to something else', () => {
  it.each([
    ['nothing', ''],
    ['no tracking id', 'x'],
    ['a deeper path', 'a/b'],
    ['a prefix alone', 'lt_'],
    ['a slash behind the id', `${ID}/`],
    ['an encoded newline behind the id', `${ID}%0A`],
    ['a broken percent-encoding', '%zz'],
    ['an overlong encoding', '%c0%ae'],
    ['an id that is too long', `lt_${'a'.repeat(98)}`],
    ['a very long path', 'a'.repeat(3_000)],
  ])('gets the friendly page for %s, without a lookup', async (_what, path) => {
    const url = await startWithLink();
    const answer = await rawRequest(
      url,
      `GET /track/${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toContain('HTTP/1.1 404');
    expect(answer).toContain('This link does not exist');
    expect(answer).not.toMatch(/statusCode|fastify|nest/i);
    expect(links.lookups).toBe(0);
  });

  it('never reaches a second worker that has no links yet: it listens when it has some', async () => {
    let isListening = false;
    links.isAway = true;
    links.put(aLink());
    const starting = gateway.start({}, 1).then((url) => {
      isListening = true;
      return url;
    });
    await eventually(() => expect(links.pulls).toBeGreaterThan(1));
    expect(isListening).toBe(false);
    links.isAway = false;
    expect((await visit(await starting)).status).toBe(302);
  });

  it('gets the friendly page at every address of localhost', async () => {
    const { port } = new URL(await startWithLink({ HOST: 'localhost' }));
    const addresses = await lookup('localhost', { all: true });
    for (const { address } of addresses) {
      const answer = await rawRequest(
        `http://localhost:${port}`,
        'GET /track/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
        address,
      );
      expect(answer).toContain('HTTP/1.1 404');
      expect(answer).toContain('This link does not exist');
    }
  });

  it('gets 404 when link-service does not know it, asked once however many come', async () => {
    const url = await startWithLink();
    const answers = await Promise.all(Array.from({ length: 20 }, () => visit(url, { id: 'lt_unknown' })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([404]));
    expect(links.lookups).toBe(1);
  });

  it('gets the redirect when it was minted a moment ago', async () => {
    const url = await startWithLink();
    links.put(
      aLink({ trackingId: 'lt_new', revision: 0, originalUrl: 'https://example.com/a?b=1&c=%20*#d' }),
    );
    const answer = await visit(url, { id: 'lt_new' });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      'https://example.com/a?b=1&c=%20*#d',
    ]);
    await visit(url, { id: 'lt_new' });
    expect(links.lookups).toBe(1);
  });

  it('is told to try again while link-service cannot be asked, within the deadline', async () => {
    const url = await startWithLink();
    links.isHanging = true;
    // Link-service never answers: that anything is answered is the deadline's doing.
    const answer = await visit(url, { id: 'lt_other' });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
  });

  it('is answered about the gateway’s own health', async () => {
    const url = await startWithLink();
    expect(await (await fetch(`${url}/track/health`)).json()).toMatchObject({ status: 'healthy' });
  });
});

describe('a deactivated link', () => {
  const off = aLink({ isActive: false, revision: 2 });

  it('answers 410 after the event, and redirects again after the next', async () => {
    const url = await startWithLink();
    expect((await visit(url)).status).toBe(302);
    bus.announce(off);
    const answer = await visit(url);
    expect([answer.status, await answer.text()]).toEqual([410, expect.stringContaining('no longer active')]);
    bus.announce(aLink({ revision: 1 }));
    expect((await visit(url)).status).toBe(410);
    bus.announce(aLink({ revision: 3 }));
    expect((await visit(url)).status).toBe(302);
  });

  it('answers 410 after a catch-up, when the event was missed', async () => {
    const url = await startWithLink();
    links.put(off);
    bus.reconnect();
    await eventually(async () => expect((await visit(url)).status).toBe(410));
  });

  it('leads to its fallback when it has one, in whichever way the gateway heard of it', async () => {
    const url = await startWithLink();
    bus.announce({ ...off, fallbackUrl: 'https://example.com/jordan?a=1&b=2' });
    const answer = await visit(url);
    expect([answer.status, answer.headers.get('location')]).toEqual([
      302,
      'https://example.com/jordan?a=1&b=2',
    ]);
    links.put({ ...off, revision: 3, fallbackUrl: 'https://calendly.com/jordan-avery' });
    bus.reconnect();
    await eventually(async () =>
      expect((await visit(url)).headers.get('location')).toBe(
        `https://calendly.com/jordan-avery?utm_source=footfall&utm_medium=document&utm_content=${ID}`,
      ),
    );
    const office = await (await visit(url, { headers: { 'user-agent': WORD } })).text();
    expect(office).toContain('calendly.com/jordan-avery?');
  });

  it('answers 410 rather than send anybody to a fallback that is no web address', async () => {
    const url = await startWithLink();
    bus.announce({ ...off, fallbackUrl: 'javascript:alert(1)' });
    expect((await visit(url)).status).toBe(410);
  });

  it('counts whoever opens it, as what they are', async () => {
    const url = await startWithLink();
    bus.announce(off);
    await visit(url);
    expect((await visit(url, { method: 'HEAD' })).status).toBe(410);
    await visit(url, { headers: { 'user-agent': WORD } });
    await eventually(() =>
      expect(bus.published.map(({ answer }) => answer)).toEqual(['redirect', 'probe', 'preflight']),
    );
  });

  it('answers Office 200 without the target, so that its browser gets the 410', async () => {
    const url = await startWithLink();
    bus.announce(off);
    const answer = await visit(url, { headers: { 'user-agent': WORD } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain('calendly.com');
  });
});

describe('a link with an expiry', () => {
  it('redirects until then and is off afterwards, also after a restart with everything else down', async () => {
    const ending = (expiresAt: Date, revision: number) => [
      aLink({ expiresAt, revision }),
      aLink({ trackingId: 'lt_kind', expiresAt, fallbackUrl: 'https://example.com/', revision }),
    ];
    for (const link of ending(new Date(Date.now() + 3_600_000), 1)) links.put(link);
    let url = await start();
    await ready(url);
    expect((await visit(url)).headers.get('location')).toBe(TARGET);
    expect((await visit(url, { id: 'lt_kind' })).headers.get('location')).toBe(CALENDLY_OF('lt_kind'));
    for (const link of ending(new Date(Date.now() + 500), 2)) bus.announce(link);
    await eventually(async () => expect((await visit(url)).status).toBe(410));
    expect((await visit(url, { id: 'lt_kind' })).headers.get('location')).toBe('https://example.com/');
    bus.isAway = true;
    links.isAway = true;
    await stop();
    url = await start();
    expect((await visit(url)).status).toBe(410);
    expect((await visit(url, { id: 'lt_kind' })).headers.get('location')).toBe('https://example.com/');
  });
});

describe('with everything else down', () => {
  it('the gateway redirects and is ready, also after a restart in that state, and loses no click', async () => {
    let url = await startWithLink();
    bus.isAway = true;
    links.isAway = true;
    for (let i = 0; i < 10; i += 1) expect((await visit(url)).status).toBe(302);
    await stop();
    url = await start();
    const health = await fetch(`${url}/health/ready`);
    expect(health.status).toBe(200);
    expect(await health.json()).toMatchObject({
      checks: { gateway_links: 'ok', gateway_journal: 'ok', gateway_bus: 'away' },
    });
    for (let i = 0; i < 10; i += 1) expect((await visit(url)).status).toBe(302);
    await eventually(async () =>
      expect(await metric(url, 'oldest_unrelayed_age_seconds')).toBeGreaterThan(0),
    );
    bus.isAway = false;
    await eventually(() => expect(new Set(bus.published.map((click) => click.event_id)).size).toBe(20));
    await stop();
    // A disk that is slow for a moment sends a click twice; what is confirmed is not sent again.
    const relayed = bus.deliveries.length;
    await start();
    expect(bus.deliveries).toHaveLength(relayed);
  });

  it('the gateway is not ready while it knows no link at all', async () => {
    links.isAway = true;
    const url = await start();
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    links.isAway = false;
    links.put(aLink());
    await ready(url);
  });

  it('clicks are published straight from memory and counted when the journal cannot be written', async () => {
    writeFileSync(join(dataDir, 'journal'), 'a file in the place of the folder');
    const url = await startWithLink();
    expect((await visit(url)).status).toBe(302);
    await eventually(() => expect(bus.published).toHaveLength(1));
    expect(await metric(url, 'unjournaled_clicks_total')).toBe(1);
    expect(await (await fetch(`${url}/track/health`)).json()).toMatchObject({ status: 'degraded' });
    rmSync(join(dataDir, 'journal'));
    await eventually(async () => {
      await visit(url);
      expect(existsSync(join(dataDir, 'journal/0/lock'))).toBe(true);
      expect(await metric(url, 'journal_bytes')).toBeGreaterThan(0);
    });
  });

  it('a second gateway on the same folder says so and does not start', async () => {
    await startWithLink();
    await expect(start()).rejects.toThrow(/journal is in use by another running process/);
  });
});
