import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidWebhookUrlError, parseWebhookUrl } from './webhook-url.js';

describe('the URL of a webhook', () => {
  it.each([
    'https://example.com/hooks?team=1',
    'https://example.com:8443/hooks',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
  ])('%s is taken as it is', (url) => expect(parseWebhookUrl(url, false)).toBe(url));

  it.each([
    ['http://example.com/', /https/],
    ['ftp://example.com/', /https/],
    ['javascript:alert(1)', /https/],
    ['example.com/hooks', /complete URL/],
    ['https://example.com/a\r\nb', /complete URL/],
    ['https://user:secret@example.com/', /user name/],
    ['https://example.com@169.254.169.254/', /user name/],
    ['https://example.com:22/', /port/],
    ['https://example.com:25/', /port/],
    ['https://127.0.0.1/', /public host/],
    ['https://127.1/', /public host/],
    ['https://2130706433/', /public host/],
    ['https://0x7f000001/', /public host/],
    ['https://localhost/', /public host/],
    ['https://10.0.0.1/', /public host/],
    ['https://100.64.0.1/', /public host/],
    ['https://169.254.169.254/latest/meta-data/', /public host/],
    ['https://metadata.google.internal/', /public host/],
    ['https://[::1]/', /public host/],
    ['https://[::ffff:10.0.0.1]/', /public host/],
    ['https://[fd00:ec2::254]/', /public host/],
    ['https://[fe80::1]/', /public host/],
    [`https://example.com/${'a'.repeat(2_000)}`, /complete URL/],
  ])('%s is refused', (url, message) => {
    expect(() => parseWebhookUrl(url, false)).toThrow(InvalidWebhookUrlError);
    expect(() => parseWebhookUrl(url, false)).toThrow(message);
  });

  it('may lead to the own machine in tests, and never carries a password', () => {
    expect(parseWebhookUrl('http://127.0.0.1:80/x#part', true)).toBe('http://127.0.0.1/x');
    expect(() => parseWebhookUrl('http://a:b@127.0.0.1/', true)).toThrow(/user name/);
  });

  it('is a stable https address or refused, whatever is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string({ unit: 'binary' }), fc.webAuthority()), (input) => {
        try {
          const url = parseWebhookUrl(input, false);
          expect(url).toMatch(/^https:\/\/[!-~]+$/);
          expect(parseWebhookUrl(url, false)).toBe(url);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidWebhookUrlError);
        }
      }),
    );
  });
});
