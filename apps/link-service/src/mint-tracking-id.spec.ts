import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTrackingId } from '#contracts';
import { mintTrackingId, randomBase62 } from './mint-tracking-id.js';

describe('mintTrackingId', () => {
  it('names the function in lower case before 16 random characters', () => {
    expect(mintTrackingId('Company_Website')).toMatch(/^lt_company_website_[0-9A-Za-z]{16}$/);
  });

  it('makes a valid id of at most 100 characters of every link function', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,49}$/), (linkFunction) =>
        isTrackingId(mintTrackingId(linkFunction)),
      ),
    );
  });

  it('never repeats itself, however quickly it is asked', () => {
    const ids = Array.from({ length: 20_000 }, () => mintTrackingId('Calendly'));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('randomBase62', () => {
  it('throws away the bytes that would favour some characters', () => {
    const bytes = [255, 248, 247, 0, 61, 62];
    let next = 0;
    const text = randomBase62((size) => Uint8Array.from({ length: size }, () => bytes[next++ % 6] ?? 0));
    expect(text).toBe('z0z0z0z0z0z0z0z0');
  });

  it('uses every character about equally often', () => {
    const counts = new Map<string, number>();
    for (let i = 0; i < 6_200; i++) {
      for (const character of randomBase62()) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    // 1600 expected of each, standard deviation 40: eight of them are never reached by chance.
    for (const count of counts.values()) expect(Math.abs(count - 1600)).toBeLessThan(320);
  });
});
