import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { clickRecorded } from '#contracts';
import { clientReader, parseNetworks } from '#platform';
import { fromLink } from '../replica/replica-link.js';
import { buildClickEvent } from './click-event.js';

const link = fromLink({
  trackingId: 'lt_calendly_abc123',
  userId: 'jordan',
  jobId: 'job-1',
  linkFunction: 'Calendly',
  linkType: 'external',
  originalUrl: 'https://calendly.com/jordan',
  redirectUrl: 'http://localhost:5000/track/lt_calendly_abc123',
  isActive: true,
  createdAt: new Date(0),
  revision: 1,
});

const hostileText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 3_000 }),
  fc.string({
    unit: fc.constantFrom('\0', '"', '\\', '\ud800', '\udc00', '\n', '😀', 'é', 'a'),
    maxLength: 3_000,
  }),
  fc.constantFrom('', '1', 'x'.repeat(1_000_000), '\0'.repeat(2_000), '😀'.repeat(1_500), '}{"event_id":1}'),
);
const headerNames = [
  'user-agent',
  'referer',
  'dnt',
  'sec-gpc',
  'accept',
  'accept-language',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'sec-fetch-user',
  'sec-ch-ua',
  'sec-ch-ua-platform',
  'x-forwarded-for',
  'x-forwarded-proto',
  'cookie',
] as const;
const hostileHeaders = fc
  .array(
    fc.tuple(fc.constantFrom(...headerNames), fc.oneof(hostileText, fc.array(hostileText, { maxLength: 3 }))),
  )
  .map((pairs) => Object.fromEntries(pairs) as Record<string, string>);
const hostileAddress = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.ipV4().map((ip) => `::ffff:${ip}`),
  fc.ipV6().map((ip) => `[${ip}]:443`),
  fc.ipV6().map((ip) => `${ip}%eth0`),
  hostileText,
  fc.constant(undefined),
);

describe('a click event', () => {
  it('parses whatever the visitor sent', () => {
    const readClient = clientReader(parseNetworks(['0.0.0.0/0', '::/0']));
    fc.assert(
      fc.property(
        hostileHeaders,
        hostileAddress,
        fc.array(hostileAddress, { maxLength: 4 }),
        fc.constantFrom('redirect', 'preflight', 'probe', 'prefetch'),
        hostileText,
        (headers, remoteAddress, hops, answer, method) => {
          const client = readClient({
            socket: { remoteAddress },
            headers: { ...headers, 'x-forwarded-for': hops.join(',') },
          });
          const text = buildClickEvent({ link, answer, method, headers, client });
          const event = clickRecorded.parse(text);
          expect(event).toMatchObject({ tracking_id: 'lt_calendly_abc123', job_id: 'job-1', answer });
          expect(text).not.toContain('\0');
          expect(text).not.toContain('\\u0000');
          expect(text).not.toMatch(/\\ud[89a-f]/);
          expect(Buffer.byteLength(text)).toBeLessThan(65_535);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('says of the owner’s own click that it is theirs, and of who asks not to be tracked no more', () => {
    const client = { ip: '203.0.113.9', secure: true };
    const hit = { link, answer: 'redirect', method: 'GET', client } as const;
    const own = clickRecorded.parse(buildClickEvent({ ...hit, headers: {} }, 0, true));
    expect(own).toMatchObject({ own_click: true, ip: '203.0.113.9' });
    const hidden = clickRecorded.parse(buildClickEvent({ ...hit, headers: { dnt: '1' } }, 0, true));
    expect(hidden).toMatchObject({ own_click: true, do_not_track: true });
    expect(hidden).not.toHaveProperty('ip');
    expect(buildClickEvent({ ...hit, headers: {} })).not.toContain('own_click');
  });

  it('carries one identity: a UUIDv7 whose time is the time of the click', () => {
    const client = { ip: undefined, secure: false };
    const event = clickRecorded.parse(
      buildClickEvent({ link, answer: 'redirect', method: 'GET', headers: {}, client }, 1_760_000_000_123),
    );
    expect(event.occurred_at).toBe('2025-10-09T08:53:20.123Z');
    expect(Number.parseInt(event.event_id.replaceAll('-', '').slice(0, 12), 16)).toBe(1_760_000_000_123);
    expect(event.event_id[14]).toBe('7');
  });

  it('has an identity of its own, however many come in one millisecond', () => {
    const hit = {
      link,
      answer: 'redirect',
      method: 'GET',
      headers: {},
      client: { ip: undefined, secure: false },
    } as const;
    const ids = Array.from({ length: 10_000 }, () => clickRecorded.parse(buildClickEvent(hit, 0)).event_id);
    expect(new Set(ids).size).toBe(10_000);
  });

  it.each([
    ['a person', { 'user-agent': 'Mozilla/5.0 Firefox/131.0', 'accept-language': 'en' }, 'human'],
    ['a bot', { 'user-agent': 'Googlebot/2.1', 'accept-language': 'en' }, 'machine'],
    ['nobody who says', {}, 'machine'],
    ['one without a language', { 'user-agent': 'Mozilla/5.0 Firefox/131.0' }, 'suspected'],
    [
      'an embedded fetch',
      { 'user-agent': 'Mozilla/5.0 Firefox/131.0', 'accept-language': 'en', 'sec-fetch-dest': 'image' },
      'machine',
    ],
  ])('of %s who asks not to be tracked holds a class and nothing else of them', (_who, headers, hint) => {
    const text = buildClickEvent({
      link,
      answer: 'redirect',
      method: 'GET',
      headers: { ...headers, dnt: '1' },
      client: { ip: '203.0.113.9', secure: true },
    });
    expect(Object.keys(clickRecorded.parse(text)).sort()).toEqual(
      [
        ...[
          'event_id',
          'occurred_at',
          'tracking_id',
          'user_id',
          'job_id',
          'link_function',
          'link_created_at',
        ],
        ...['answer', 'method', 'secure', 'do_not_track', 'class_hint'],
      ].sort(),
    );
    expect(clickRecorded.parse(text).class_hint).toBe(hint);
  });
});
