import { describe, expect, it } from '@jest/globals';
import { sayHours, sayInterval, sayMany, sayShare } from './numbers.js';

describe('a share', () => {
  it('is shown as counts while they are small, and with its percentage from twenty on', () => {
    expect(sayShare(3, 12)).toBe('3 of 12');
    expect(sayShare(30, 120)).toBe('30 of 120 (25 %)');
  });

  it('has its interval in words, and none of nothing', () => {
    expect(sayInterval({ low: 0.0889, high: 0.5323 })).toBe('likely 9–53 %');
    expect(sayInterval({ low: null, high: null })).toBeUndefined();
    expect(sayInterval({ low: 0.0016, high: 0.0049 })).toBe('likely 0.2–0.5 %');
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

  it('counts hours up to two days', () => {
    expect([0.2, 1, 47.4, 48, 80].map(sayHours)).toEqual([
      'an hour',
      '1 hour',
      '47 hours',
      '2 days',
      '3 days',
    ]);
  });
});
