import { describe, expect, it } from '@jest/globals';
import { clientReader, parseNetworks } from './client-address.js';

const read = (trusted: string[], remoteAddress: string, headers: Record<string, string> = {}) =>
  clientReader(trusted.length > 0 ? parseNetworks(trusted) : undefined)({
    socket: { remoteAddress },
    headers,
  });

describe('the visitor’s address', () => {
  it.each([
    ['no proxy is trusted', [], '198.51.100.1', '6.6.6.6', '198.51.100.1'],
    ['the peer is not a trusted proxy', ['10.0.0.0/8'], '198.51.100.1', '6.6.6.6', '198.51.100.1'],
    ['the peer is', ['10.0.0.0/8'], '10.1.2.3', '203.0.113.9', '203.0.113.9'],
    [
      'the visitor wrote hops of their own',
      ['10.0.0.0/8'],
      '10.1.2.3',
      '6.6.6.6, 203.0.113.9',
      '203.0.113.9',
    ],
    [
      'several proxies are trusted',
      ['10.0.0.0/8'],
      '10.1.2.3',
      '6.6.6.6, 203.0.113.9, 10.9.9.9',
      '203.0.113.9',
    ],
    ['everybody is trusted', ['0.0.0.0/0'], '10.1.2.3', '6.6.6.6, 203.0.113.9', '6.6.6.6'],
    ['the hop is no address', ['10.0.0.0/8'], '10.1.2.3', '203.0.113.9, unknown', undefined],
    ['the proxy says nothing', ['10.0.0.0/8'], '10.1.2.3', '', '10.1.2.3'],
    ['IPv4 comes in IPv6', ['10.0.0.0/8'], '::ffff:10.1.2.3', '::ffff:203.0.113.9', '203.0.113.9'],
    ['hops carry ports', ['::1'], '::1', '[2001:db8::7]:4711', '2001:db8::7'],
    ['a single address is trusted', ['10.1.2.3'], '10.1.2.3', '203.0.113.9:80', '203.0.113.9'],
  ])('when %s', (_when, trusted, peer, forwardedFor, expected) => {
    expect(read(trusted, peer, { 'x-forwarded-for': forwardedFor }).ip).toBe(expected);
  });

  it('comes over HTTPS only when a trusted proxy says so', () => {
    const headers = { 'x-forwarded-proto': 'https' };
    expect(read([], '10.1.2.3', headers).secure).toBe(false);
    expect(read(['10.0.0.0/8'], '10.1.2.3', headers).secure).toBe(true);
    expect(read(['10.0.0.0/8'], '10.1.2.3', { 'x-forwarded-proto': 'https, http' }).secure).toBe(false);
  });

  it.each(['10.0.0.0/33', 'proxy', '10.0.0.0/', '::1/129', '10.0.0.0/8/8', '10.0.0.0/a'])(
    'cannot be read through %s, which is no network',
    (network) => {
      expect(() => parseNetworks([network])).toThrow('is not a network');
    },
  );
});
