import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDestinationUrl } from './destination-url.js';
import { InvalidUrlError } from './links.errors.js';

const rules = { allowPrivateDestinations: false, baseRedirectUrl: 'https://go.example.com/track' };
const parse = (input: string) => parseDestinationUrl(input, rules);

describe('parseDestinationUrl', () => {
  it.each([
    'https://calendly.com/jordan-avery/30min',
    'http://example.com/',
    'https://example.com/a?x=1&y=2&z=*&q=a%20b+c#part',
    'https://example.com/path/with*stars&ampersands;and=signs',
    'https://example.com/?backslash=\\',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://example.com:8443/x',
    'https://go.example.com/tracking-tips',
    'https://go.example.com/',
    'https://go.example.com:8080/track/lt_x',
  ])('keeps %s byte for byte', (url) => {
    expect(parse(url)).toBe(url);
  });

  it('stores an international name as punycode', () => {
    expect(parse('https://bücher.example/straße')).toBe('https://xn--bcher-kva.example/stra%C3%9Fe');
  });

  it.each([
    ['javascript:alert(1)', /https:\/\/ or http/],
    ['JaVaScRiPt://example.com/%0aalert(1)', /https:\/\/ or http/],
    ['data:text/html,x', /https:\/\/ or http/],
    ['ftp://example.com/', /https:\/\/ or http/],
    ['file:///etc/passwd', /https:\/\/ or http/],
    ['calendly.com/jordan', /complete URL/],
    ['//calendly.com/jordan', /complete URL/],
    ['', /complete URL/],
    ['https://', /complete URL/],
    ['https://calendly.com:443@evil.com/', /user name and password/],
    ['https://user:secret@example.com/', /user name and password/],
    ['https://example.com/\r\nSet-Cookie: a=b', /control characters/],
    ['java\nscript:alert(1)', /control characters/],
    ['https://exam\tple.com/', /control characters/],
    ['https://example.com/\u0000', /control characters/],
    ['https://example.com/\ud800', /control characters/],
    [`https://example.com/${'a'.repeat(1990)}`, /at most 2000/],
    [`https://example.com/${'ü'.repeat(400)}`, /at most 2000/],
    ['https://go.example.com/track/lt_calendly_abc', /real page/],
    ['http://GO.example.com./track', /real page/],
    ['https://go.example.com/%74rack/lt_x', /real page/],
    ['https://go.example.com//track//lt_x', /real page/],
  ])('refuses %j', (url, message) => {
    expect(() => parse(url)).toThrow(message);
    expect(() => parse(url)).toThrow(InvalidUrlError);
  });

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0x7f.1/',
    'http://①②⑦.0.0.1/',
    'http://127.0.0.1./',
    'http://0/',
    'http://10.1.2.3/',
    'http://100.64.0.1/',
    'http://172.31.255.255/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fd12:3456::1]/',
    'http://[ff02::1]/',
    'http://[2001:db8::1]/',
    'http://localhost/',
    'http://LOCALHOST:8080/',
    'http://localhost./',
    'http://%6cocalhost/',
    'http://a.localhost/',
    'http://printer.local/',
    'http://printer.local./',
    'http://metadata.google.internal/',
    'http://intranet/',
  ])('refuses the private host of %s, and allows it when private destinations are allowed', (url) => {
    expect(() => parse(url)).toThrow(/public host/);
    expect(parseDestinationUrl(url, { ...rules, allowPrivateDestinations: true })).toBe(new URL(url).href);
  });

  it('refuses a loop also where private destinations are allowed', () => {
    const local = { allowPrivateDestinations: true, baseRedirectUrl: 'http://localhost:5000/track' };
    expect(() => parseDestinationUrl('http://localhost:5000/track/lt_a', local)).toThrow(/real page/);
    expect(parseDestinationUrl('http://localhost:5001/track', local)).toBe('http://localhost:5001/track');
  });

  it('refuses with InvalidUrlError or answers a stable http(s) URL, whatever comes', () => {
    const hostile = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({ unit: 'binary', maxLength: 2100 }),
      fc
        .tuple(fc.constantFrom('http://', 'https://', 'https:\\\\', ' https://'), fc.string())
        .map((p) => p.join('')),
    );
    fc.assert(
      fc.property(hostile, (input) => {
        let href: string;
        try {
          href = parse(input);
        } catch (error) {
          return error instanceof InvalidUrlError;
        }
        expect(href).toMatch(/^https?:\/\/[!-~]+$/);
        expect(href.length).toBeLessThanOrEqual(2000);
        expect(parse(href)).toBe(href);
        return true;
      }),
      { numRuns: 2000 },
    );
  });

  it('refuses every address of the private ranges in every notation', () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const privateAddress = fc.oneof(
      fc.tuple(fc.constantFrom(0, 10, 127, 224, 239, 240, 255), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
    );
    fc.assert(
      fc.property(privateAddress, ([a, b, c, d]) => {
        const number = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
        const hosts = [
          `${a}.${b}.${c}.${d}`,
          String(number),
          `0x${number.toString(16)}`,
          `0${number.toString(8)}`,
          `0${a.toString(8)}.0x${b.toString(16)}.${(c << 8) | d}`,
          `[::ffff:${a}.${b}.${c}.${d}]`,
          `[::${a}.${b}.${c}.${d}]`,
        ];
        for (const host of hosts) expect(() => parse(`http://${host}/`)).toThrow(/public host/);
      }),
    );
  });

  it('leaves every query string of unreserved and reserved characters untouched', () => {
    const query = fc.string({ unit: fc.constantFrom(...'abcXYZ019-._~!$&()*+,;=:@/?%20'), maxLength: 200 });
    fc.assert(
      fc.property(query, (text) => {
        const url = `https://example.com/page?${text}`;
        expect(parse(url)).toBe(url);
      }),
    );
  });
});
