import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanText, toArrayLiteral, toCleanJson } from './array-literal.js';

describe('toArrayLiteral', () => {
  it('keeps an absent value apart from the text NULL and from nothing', () => {
    expect(toArrayLiteral([undefined, 'NULL', ''], (value) => value)).toBe('{NULL,"NULL",""}');
  });

  it('escapes what would end an element', () => {
    expect(toArrayLiteral(['a"b\\c', '{,}'], (value) => value)).toBe('{"a\\"b\\\\c","{,}"}');
  });

  it('can be read back, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        expect(readLiteral(toArrayLiteral(texts, (text) => text))).toEqual(texts.map(cleanText));
      }),
    );
  });
});

describe('cleanText', () => {
  it('leaves nothing that PostgreSQL refuses, and everything else as it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const cleaned = cleanText(text);
        expect(cleaned.includes('\0') || !cleaned.isWellFormed()).toBe(false);
        if (text.isWellFormed() && !text.includes('\0')) expect(cleaned).toBe(text);
      }),
    );
    expect(cleanText('a\0\ud800b')).toBe('a\ufffdb');
  });
});

describe('toCleanJson', () => {
  it('cleans values and names, and leaves backslashes that only look like escapes', () => {
    const value = { 'n\0': ['\0a\ud800b', '\\u0000', '\\\0', '\u{1f600}'] };
    expect(JSON.parse(toCleanJson(value))).toEqual({ n: ['a\ufffdb', '\\u0000', '\\', '\u{1f600}'] });
  });

  it('is JSON of the same text, cleaned, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(toCleanJson([text]))).toEqual([cleanText(text)]);
      }),
    );
  });
});

/** Reads a literal of quoted elements as PostgreSQL's manual, 8.15.6, describes it. */
function readLiteral(literal: string): string[] {
  return Array.from(literal.slice(1, -1).matchAll(/"((?:[^"\\]|\\.)*)"/gs), ([, element]) =>
    (element ?? '').replace(/\\(.)/gs, '$1'),
  );
}
