import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { toRate } from './wilson.js';

describe('toRate', () => {
  // Checked against the roots of (share − p)² = z² p (1 − p) / n, which is how the interval is defined.
  it.each([
    [0, 10, 0, 0, 0.2775],
    [1, 10, 0.1, 0.0179, 0.4042],
    [5, 10, 0.5, 0.2366, 0.7634],
    [10, 10, 1, 0.7225, 1],
    [48, 200, 0.24, 0.1861, 0.3037],
  ])('%d of %d', (count, n, rate, low, high) => {
    expect(toRate(count, n)).toEqual({ count, n, rate, low, high });
  });

  it('says nothing of nothing', () => {
    expect(toRate(0, 0)).toEqual({ count: 0, n: 0, rate: null, low: null, high: null });
  });

  it('holds the rate within an interval within 0 and 1', () => {
    const counts = fc.integer({ min: 1, max: 100_000 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([count, n]) => {
        const { rate, low, high } = toRate(count, n);
        expect([low, rate, high]).toEqual([low, rate, high].sort((a, b) => Number(a) - Number(b)));
        expect([Number(low) >= 0, Number(high) <= 1]).toEqual([true, true]);
      }),
    );
  });
});
