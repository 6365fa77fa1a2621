import { beforeEach, describe, expect, it } from '@jest/globals';
import { UnknownLimiter } from './unknown-limiter.js';

let now = 0;
let limiter: UnknownLimiter;

beforeEach(() => {
  now = 0;
  limiter = new UnknownLimiter({ perMinute: 6, maxAddresses: 3, now: () => now });
});

const takeAll = (ip: string | undefined) => {
  for (let n = 0; n < 6; n += 1) expect(limiter.take(ip)).toBe(true);
};

describe('the limit on unknown links', () => {
  it('lets an address ask for its share at once, then refuses', () => {
    takeAll('192.0.2.1');
    expect(limiter.isSpent('192.0.2.1')).toBe(true);
    expect(limiter.take('192.0.2.1')).toBe(false);
    expect(limiter.take('192.0.2.2')).toBe(true);
  });

  it('gives one back each tenth of a minute and never more than the share', () => {
    takeAll('192.0.2.1');
    now += 9_999;
    expect(limiter.take('192.0.2.1')).toBe(false);
    now += 1;
    expect(limiter.take('192.0.2.1')).toBe(true);
    expect(limiter.take('192.0.2.1')).toBe(false);
    now += 3_600_000;
    takeAll('192.0.2.1');
    expect(limiter.take('192.0.2.1')).toBe(false);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9'],
    ['2001:db8::1', '2001:db8:0:0:5::1'],
    ['::1', '0:0:0:0:9::'],
  ])('takes %s and %s for one visitor', (one, other) => {
    takeAll(one);
    expect(limiter.take(other)).toBe(false);
    expect(limiter.take('2001:db8:1:3::1')).toBe(true);
  });

  it('holds visitors without an address together', () => {
    takeAll(undefined);
    expect(limiter.take(undefined)).toBe(false);
  });

  it('remembers a bounded number of addresses, the most recent ones', () => {
    takeAll('192.0.2.1');
    for (const last of [2, 3, 4]) limiter.take(`192.0.2.${last}`);
    expect(limiter.isSpent('192.0.2.1')).toBe(false);
    takeAll('192.0.2.5');
    limiter.take('192.0.2.6');
    expect(limiter.isSpent('192.0.2.5')).toBe(true);
  });
});
