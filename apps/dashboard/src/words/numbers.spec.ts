import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findInterval, sayInterval, sayMany, sayShare } from './numbers.js';

describe('a share', () => {
  it('is shown as counts while they are small, and with its percentage from twenty on', () => {
    expect(sayShare(3, 12)).toBe('3 of 12');
    expect(sayShare(30, 120)).toBe('30 of 120 (25 %)');
  });

  it('has the interval that Wilson gives', () => {
    expect(sayInterval(findInterval(3, 12) ?? { low: 0, high: 0 })).toBe('likely 9–53 %');
    expect(findInterval(0, 0)).toBeUndefined();
  });

  it('lies inside its interval, which lies between 0 and 1', () => {
    const counts = fc
      .integer({ min: 1, max: 100_000 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([k, n]) => {
        const { low, high } = findInterval(k, n) ?? { low: 2, high: -1 };
        expect(low).toBeLessThanOrEqual(k / n);
        expect(high).toBeGreaterThanOrEqual(k / n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('a number of things', () => {
  it('knows one from many', () => {
    expect([sayMany(1, 'click'), sayMany(0, 'click'), sayMany(2, 'reply', 'replies')]).toEqual([
      '1 click',
      '0 clicks',
      '2 replies',
    ]);
  });
});
