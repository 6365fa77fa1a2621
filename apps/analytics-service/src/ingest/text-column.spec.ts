import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText, joinColumn, toCleanJson } from './text-column.js';

describe('joinColumn', () => {
  it('keeps every value in its row, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.option(hostileText(), { nil: undefined }), { minLength: 1 }), (values) => {
        const joined = joinColumn(values, (value) => value);
        expect(joined.split('\x1e')).toEqual(values.map((value) => cleanText(value ?? '')));
        expect(joined.isWellFormed() && !joined.includes('\0')).toBe(true);
      }),
    );
  });
});

describe('cleanText', () => {
  it('leaves nothing that PostgreSQL refuses, and everything else as it was', () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        const cleaned = cleanText(text);
        expect(cleaned.includes('\0') || !cleaned.isWellFormed()).toBe(false);
        if (text.isWellFormed() && !text.includes('\0') && !text.includes('\x1e')) expect(cleaned).toBe(text);
      }),
    );
    expect(cleanText('a\0\x1e\ud800b')).toBe('a\ufffdb');
  });
});

describe('toCleanJson', () => {
  it('cleans values and names, and leaves backslashes that only look like escapes', () => {
    const value = { 'n\0': ['\0a\ud800b', '\\u0000', '\\\0', '\u{1f600}'] };
    expect(JSON.parse(toCleanJson(value))).toEqual({ n: ['a\ufffdb', '\\u0000', '\\', '\u{1f600}'] });
  });

  it('is JSON of the same text, cleaned, whatever the text', () => {
    fc.assert(
      fc.property(hostileText(), (text) => {
        expect(JSON.parse(toCleanJson([text]))).toEqual([text.toWellFormed().replaceAll('\0', '')]);
      }),
    );
  });
});

function hostileText(): fc.Arbitrary<string> {
  return fc
    .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\0', '\x1e', '\ud800', '', '"', '\\')))
    .map((parts) => parts.join(''));
}
