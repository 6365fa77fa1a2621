import { describe, expect, it } from '@jest/globals';
// @ts-expect-error a script without types
import { fitSlope } from './slope.mjs';

describe('a slope', () => {
  it('is that of the line the points lie on, without error', () => {
    const points = [0, 1, 2, 3].map((x) => ({ x, y: 5 - 2 * x }));
    expect(fitSlope(points)).toEqual({ slope: -2, error: 0 });
  });

  it('comes with the standard error that a textbook computes', () => {
    const points = [1, 2, 3, 4, 5].map((x, i) => ({ x, y: [2, 4, 5, 4, 5][i] ?? 0 }));
    const { slope, error } = fitSlope(points);
    expect(slope).toBeCloseTo(0.6, 10);
    expect(error).toBeCloseTo(0.2828, 4);
  });

  it('of two points is unknown', () => {
    expect(
      fitSlope([
        { x: 0, y: 0 },
        { x: 1, y: 1 },
      ]),
    ).toEqual({ slope: Number.NaN, error: Number.NaN });
  });
});
