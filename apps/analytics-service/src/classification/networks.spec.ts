import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IPV4_RANGES } from './generated/network-table.js';
import { findNetwork } from './networks.js';

describe('findNetwork', () => {
  it.each([
    ['67.231.152.1', 'scanner', 'proofpoint'],
    ['170.10.128.5', 'scanner', 'mimecast'],
    ['64.235.144.5', 'scanner', 'barracuda'],
    ['40.94.31.7', 'microsoft', 'microsoft'],
    ['::ffff:40.94.31.7', 'microsoft', 'microsoft'],
    ['52.95.110.1', 'hosting', 'amazon'],
    ['104.28.30.1', 'neutral', 'cloudflare'],
    ['2606:4700::1111', 'neutral', 'cloudflare'],
    ['2600:1f18:1234::1', 'hosting', 'amazon'],
  ])('knows %s as %s %s', (ip, kind, name) => {
    expect(findNetwork(ip)).toEqual({ kind, name });
  });

  it.each(['203.0.113.7', '127.0.0.1', '10.1.2.3', '::1', '2001:db8::1', '0.0.0.0', '255.255.255.255'])(
    'knows nothing of %s',
    (ip) => expect(findNetwork(ip)).toBeUndefined(),
  );

  it('answers whatever it is asked', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (ip) => {
        const network = findNetwork(ip);
        expect(['scanner', 'hosting', 'microsoft', 'neutral', undefined]).toContain(network?.kind);
      }),
      { numRuns: 2_000 },
    );
  });

  it('answers like a search that looks at every range', () => {
    let end = 0;
    const ranges = IPV4_RANGES.split(' ').map((entry) => {
      const [first = '', length = ''] = entry.split(/[+-]/);
      const start = end + Number.parseInt(first, 36);
      end = start + Number.parseInt(length, 36);
      return [start, end] as const;
    });
    const edges = ranges.flatMap(([start, last]) => [start - 1, start, last, last + 1]);
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...edges), fc.nat(0xffffffff)), (address) => {
        const ip = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
        expect(findNetwork(ip) !== undefined).toBe(
          ranges.some(([start, last]) => start <= address && address <= last),
        );
      }),
      { numRuns: 500 },
    );
  });
});
