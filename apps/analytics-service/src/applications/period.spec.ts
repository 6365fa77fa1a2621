import { describe, expect, it } from '@jest/globals';
import { readPeriod, readPreviousPeriod } from './period.js';

const iso = (parameters: { from: string; to: string; timezone: string }) => {
  const { from, to } = readPeriod(parameters);
  return [from?.toISOString(), to?.toISOString()];
};

describe('a period', () => {
  it.each([
    ['UTC', '2026-01-01', '2026-02-01', '2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'],
    ['Europe/Berlin', '2026-03-01', '2026-04-01', '2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
    ['America/New_York', '2026-03-08', '2026-03-09', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
    ['America/New_York', '2026-11-01', '2026-11-02', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
    ['Asia/Kathmandu', '2026-01-01', '2026-01-02', '2025-12-31T18:15:00.000Z', '2026-01-01T18:15:00.000Z'],
    ['Pacific/Auckland', '2026-04-05', '2026-04-06', '2026-04-04T11:00:00.000Z', '2026-04-05T12:00:00.000Z'],
  ])('of days begins and ends at midnight in %s', (timezone, from, to, start, end) => {
    expect(iso({ from, to, timezone })).toEqual([start, end]);
  });

  it('of moments is the same in every zone, and either end may be open', () => {
    const moments = { from: '2026-01-01T12:00:00Z', timezone: 'Asia/Tokyo' };
    expect(readPeriod(moments)).toEqual({ from: new Date('2026-01-01T12:00:00Z'), to: undefined });
  });

  it('has one of as many days before it, also across a change of clocks', () => {
    const march = { from: '2026-03-29', to: '2026-04-05', timezone: 'Europe/Berlin' };
    expect(readPreviousPeriod(march)).toEqual({
      from: new Date('2026-03-21T23:00:00Z'),
      to: new Date('2026-03-28T23:00:00Z'),
    });
  });

  it('has one of the same length before it', () => {
    const hours = { from: '2026-01-01T12:00:00Z', to: '2026-01-01T18:00:00Z', timezone: 'UTC' };
    expect(readPreviousPeriod(hours)).toEqual({
      from: new Date('2026-01-01T06:00:00Z'),
      to: new Date('2026-01-01T12:00:00Z'),
    });
  });
});
