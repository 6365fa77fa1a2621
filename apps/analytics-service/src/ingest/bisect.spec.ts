import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { storeBisecting } from './bisect.js';

function dataError() {
  return Object.assign(new Error('invalid input syntax'), { code: '22P02' });
}

describe('storeBisecting', () => {
  it('stores every good row once and names every bad one by its place', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 60 }), async (badness) => {
        const stored: number[] = [];
        const refused = await storeBisecting(
          badness.map((isBad, index) => ({ isBad, index })),
          async (part) => {
            if (part.some(({ isBad }) => isBad)) throw dataError();
            stored.push(...part.map(({ index }) => index));
          },
        );
        const places = badness.map((_isBad, index) => index);
        expect(stored).toEqual(places.filter((index) => !badness[index]));
        expect(refused.map(({ index }) => index)).toEqual(places.filter((index) => badness[index]));
      }),
    );
  });

  it('throws an outage at once instead of blaming a row', async () => {
    let attempts = 0;
    const outage = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
    const storing = storeBisecting([1, 2, 3], async () => {
      attempts++;
      throw outage;
    });
    await expect(storing).rejects.toBe(outage);
    expect(attempts).toBe(1);
  });
});
