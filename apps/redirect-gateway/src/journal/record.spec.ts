import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HEADER_BYTES, MAX_PAYLOAD_BYTES, RecordEncoder, scanRecords } from './record.js';

const encoder = new RecordEncoder();
const encodeRecords = (texts: readonly string[]) => Buffer.from(encoder.encode(texts).bytes);

const record = fc
  .dictionary(fc.string({ unit: 'binary', maxLength: 8 }), fc.string({ unit: 'binary' }))
  .map((o) => JSON.stringify(o));
const records = fc.array(record, { minLength: 1, maxLength: 12 });

/** Where each record's bytes start, and where the last one ends. */
function boundaries(texts: readonly string[]): number[] {
  const at = [0];
  for (const text of texts) at.push((at.at(-1) ?? 0) + HEADER_BYTES + Buffer.byteLength(text));
  return at;
}

describe('journal records', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(records, (texts) => {
        const bytes = encodeRecords(texts);
        expect(scanRecords(bytes)).toEqual({
          records: texts,
          consumed: bytes.length,
          tornBytes: 0,
          validEnd: bytes.length,
        });
      }),
    );
  });

  it('lose only the cut record to a truncation, and say how many bytes were torn', () => {
    fc.assert(
      fc.property(records, fc.nat(), (texts, seed) => {
        const bytes = encodeRecords(texts);
        const size = seed % bytes.length;
        const whole = boundaries(texts).filter((end) => end > 0 && end <= size);
        const scanned = scanRecords(bytes.subarray(0, size));
        expect(scanned.records).toEqual(texts.slice(0, whole.length));
        expect(scanned.tornBytes).toBe(size - (whole.at(-1) ?? 0));
      }),
    );
  });

  it('lose only the records that corrupted bytes lie in', () => {
    fc.assert(
      fc.property(
        records,
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        (texts, seed, damage) => {
          const bytes = encodeRecords(texts);
          const from = seed % bytes.length;
          const to = Math.min(bytes.length, from + damage.length);
          const before = Buffer.from(bytes);
          bytes.set(damage.subarray(0, to - from), from);
          fc.pre(!before.equals(bytes));
          const at = boundaries(texts);
          const intact = texts.filter((_, i) =>
            before.subarray(at[i], at[i + 1]).equals(bytes.subarray(at[i], at[i + 1])),
          );
          const scanned = scanRecords(bytes);
          expect(scanned.records).toEqual(intact);
          expect(scanned.consumed).toBe(bytes.length);
          expect(scanned.tornBytes).toBe(
            bytes.length - intact.reduce((sum, text) => sum + HEADER_BYTES + Buffer.byteLength(text), 0),
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are found again behind a hole of zeros, as a power cut leaves it', () => {
    const bytes = Buffer.concat([Buffer.alloc(5_000), encodeRecords(['{"a":1}'])]);
    expect(scanRecords(bytes)).toMatchObject({ records: ['{"a":1}'], tornBytes: 5_000 });
  });

  it('are read the same in pieces as in one go', () => {
    fc.assert(
      fc.property(
        records,
        fc.uint8Array({ maxLength: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (texts, junk, limit) => {
          const middle = Math.floor(texts.length / 2);
          const bytes = Buffer.concat([
            encodeRecords(texts.slice(0, middle)),
            junk,
            encodeRecords(texts.slice(middle)),
          ]);
          const pieceBytes = HEADER_BYTES + MAX_PAYLOAD_BYTES;
          const found: string[] = [];
          let torn = 0;
          for (let at = 0; at < bytes.length; ) {
            const piece = bytes.subarray(at, at + pieceBytes);
            const scanned = scanRecords(piece, { limit, isFinal: at + piece.length >= bytes.length });
            found.push(...scanned.records);
            torn += scanned.tornBytes;
            expect(scanned.consumed).toBeGreaterThan(0);
            at += scanned.consumed;
          }
          const whole = scanRecords(bytes);
          expect(found).toEqual(whole.records);
          expect(torn).toBe(whole.tornBytes);
        },
      ),
    );
  });

  it('wait for the next piece when one is cut by the end of a piece that is not the last', () => {
    const bytes = encodeRecords(['{"a":1}', '{"b":2}']);
    for (let size = 16; size < bytes.length; size += 1) {
      expect(scanRecords(bytes.subarray(0, size), { isFinal: false })).toEqual({
        records: ['{"a":1}'],
        consumed: 15,
        tornBytes: 0,
        validEnd: 15,
      });
    }
  });
});
