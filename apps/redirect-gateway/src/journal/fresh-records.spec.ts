import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FreshRecords } from './fresh-records.js';

/** What a writer commits: records of some lengths to one segment after the other. */
const commits = fc.array(
  fc.record({
    isNewSegment: fc.boolean(),
    lengths: fc.array(fc.integer({ min: 1, max: 400_000 }), { minLength: 1, maxLength: 5 }),
    reads: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 }),
  }),
  { maxLength: 12 },
);

describe('fresh records', () => {
  it('are the records that stand at the place asked for, each handed over once, or none', () => {
    fc.assert(
      fc.property(commits, (steps) => {
        const fresh = new FreshRecords();
        let segment = 1;
        let offset = 0;
        let at = { segment, offset };
        const written = new Map<string, { text: string; end: number }>();
        for (const { isNewSegment, lengths, reads } of steps) {
          if (isNewSegment) {
            segment += 1;
            offset = 0;
          }
          const start = { segment, offset };
          const texts = lengths.map((length) => `${segment}:${offset}`.padEnd(length, 'x'));
          const ends = texts.map((text) => {
            const from = offset;
            offset += text.length;
            written.set(`${segment}:${from}`, { text, end: offset });
            return offset;
          });
          fresh.add({ start, texts, ends });
          for (const limit of reads) {
            const taken = fresh.take(at, limit);
            // A reader that gets none reads from the disk: here it goes to where the last commit began.
            if (!taken) at = start;
            for (const text of taken?.records ?? []) {
              const expected = written.get(`${at.segment}:${at.offset}`);
              expect(text).toBe(expected?.text);
              at = { segment: at.segment, offset: expected?.end ?? -1 };
            }
            if (taken) expect(taken).toMatchObject({ end: at, records: { length: expect.any(Number) } });
            expect(taken?.records.length ?? 0).toBeLessThanOrEqual(limit);
          }
        }
      }),
    );
  });

  it('serve a reader that keeps up, however the commits were grouped', () => {
    const fresh = new FreshRecords();
    fresh.add({ start: { segment: 1, offset: 0 }, texts: ['a', 'b'], ends: [9, 18] });
    fresh.add({ start: { segment: 1, offset: 18 }, texts: ['c'], ends: [27] });
    const first = fresh.take({ segment: 1, offset: 0 }, 1);
    expect(first).toEqual({ records: ['a'], end: { segment: 1, offset: 9 } });
    expect(fresh.take({ segment: 1, offset: 9 }, 200)).toEqual({
      records: ['b', 'c'],
      end: { segment: 1, offset: 27 },
    });
    expect(fresh.take({ segment: 1, offset: 27 }, 200)).toBeUndefined();
  });

  it('hold no more than their bound for a reader that falls behind', () => {
    const fresh = new FreshRecords();
    const text = 'x'.repeat(700_000);
    for (let n = 0; n < 3; n += 1) {
      fresh.add({ start: { segment: 1, offset: n * 700_008 }, texts: [text], ends: [(n + 1) * 700_008] });
    }
    expect(fresh.take({ segment: 1, offset: 0 }, 10)).toBeUndefined();
    expect(fresh.take({ segment: 1, offset: 2 * 700_008 }, 10)?.records).toHaveLength(1);
  });
});
