import { describe, expect, it } from '@jest/globals';
import { nextDelayMs, readRetryAfterMs } from './retry-schedule.js';

const HOUR_MS = 3_600_000;

describe('the schedule', () => {
  it('tries ten times over three days, each wait longer than the one before', () => {
    const delays = Array.from({ length: 9 }, (_, i) => nextDelayMs(i + 1, { random: 0 }) ?? Number.NaN);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays[0]).toBe(5_000);
    const days = delays.reduce((sum, delayMs) => sum + delayMs, 0) / (24 * HOUR_MS);
    expect(days).toBeGreaterThan(3);
    expect(days).toBeLessThan(3.2);
    expect(nextDelayMs(10)).toBeUndefined();
  });

  it('adds a fifth at most', () => {
    expect(nextDelayMs(1, { random: 1 })).toBe(6_000);
  });

  it('waits as long as the receiver asks, but not beyond a day, and no shorter than its own', () => {
    expect(nextDelayMs(1, { retryAfterMs: HOUR_MS, random: 0 })).toBe(HOUR_MS);
    expect(nextDelayMs(1, { retryAfterMs: 1_000 * HOUR_MS, random: 0 })).toBe(24 * HOUR_MS);
    expect(nextDelayMs(4, { retryAfterMs: 1, random: 0 })).toBe(HOUR_MS);
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Thu, 01 Jan 2026 00:02:00 GMT', 120_000],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%j', (header, expected) => {
    expect(readRetryAfterMs(header, Date.UTC(2026, 0, 1))).toBe(expected);
  });
});
