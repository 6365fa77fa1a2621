import { beforeEach, describe, expect, it } from '@jest/globals';
import { LookupCache } from './lookup-cache.js';

class Away extends Error {}

let now: number;
let loads: string[];
let answer: () => Promise<string | undefined>;
let cache: LookupCache<string>;

beforeEach(() => {
  now = 1_000_000;
  loads = [];
  answer = async () => 'Jordan';
  cache = new LookupCache({
    load: (subject) => {
      loads.push(subject);
      return answer();
    },
    isOutage: (error) => error instanceof Away,
    now: () => now,
  });
});

describe('what was looked up', () => {
  it('is not looked up again for two seconds, known or not', async () => {
    expect([await cache.find('key'), await cache.find('key')]).toEqual(['Jordan', 'Jordan']);
    answer = async () => undefined;
    expect([await cache.find('other'), await cache.find('other')]).toEqual([undefined, undefined]);
    expect(loads).toEqual(['key', 'other']);
  });

  it('is looked up once for calls that come together', async () => {
    await Promise.all(Array.from({ length: 5 }, () => cache.find('key', 'what it stands for')));
    expect(loads).toEqual(['what it stands for']);
  });

  it('is looked up beside the call after two seconds', async () => {
    await cache.find('key');
    answer = async () => undefined;
    now += 2_000;
    expect(await cache.find('key')).toBe('Jordan');
    await Promise.resolve();
    expect(await cache.find('key')).toBeUndefined();
  });

  it('is looked up in the way of the call after five seconds', async () => {
    await cache.find('key');
    answer = async () => undefined;
    now += 5_000;
    expect(await cache.find('key')).toBeUndefined();
  });

  it('is looked up anew also when the clock was put back', async () => {
    await cache.find('key');
    answer = async () => undefined;
    now -= 3_600_000;
    expect(await cache.find('key')).toBeUndefined();
  });

  it('is believed in an outage, without asking more than once a second', async () => {
    await cache.find('key');
    answer = () => Promise.reject(new Away());
    now += 3_600_000;
    expect([await cache.find('key'), await cache.find('key')]).toEqual(['Jordan', 'Jordan']);
    expect(loads).toHaveLength(2);
    await expect(cache.find('stranger')).rejects.toThrow(Away);
    now += 1_000;
    answer = async () => undefined;
    expect(await cache.find('key')).toBeUndefined();
  });

  it('is not believed when looking it up fails for good', async () => {
    await cache.find('key');
    answer = () => Promise.reject(new Error('not an outage'));
    now += 5_000;
    await expect(cache.find('key')).rejects.toThrow('not an outage');
  });

  it('is looked up again once it was forgotten', async () => {
    await cache.find('key');
    cache.forget('key');
    await cache.find('key');
    expect(loads).toHaveLength(2);
  });

  it('stays when many unknown ones are asked for, and goes when there are too many known ones', async () => {
    await cache.find('key');
    answer = async () => undefined;
    for (let guess = 0; guess < 20_000; guess++) await cache.find(`guess ${guess}`);
    expect(await cache.find('key')).toBe('Jordan');
    answer = async () => 'Kim';
    for (let other = 0; other < 10_000; other++) await cache.find(`other ${other}`);
    expect(await cache.find('key')).toBe('Kim');
  });
});
