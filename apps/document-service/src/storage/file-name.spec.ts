import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  contentDisposition,
  fileName,
  fileNameBase,
  fileNamePart,
  isFileName,
  MAX_FILE_NAME_BYTES,
} from './file-name.js';

const DAY = new Date('2025-10-09T23:59:59Z');
const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);

describe('file names', () => {
  it.each([
    ['Jordan Avery', 'Jordan_Avery'],
    ['Conan O’Brien', 'Conan_OBrien'],
    ["D'Arcy  Smith-Jones, Jr.", 'DArcy_Smith_Jones_Jr'],
    ['José Ñandú', 'José_Ñandú'],
    ['李小龍', '李小龍'],
    ['हिन्दी', 'हिन्दी'],
    ['ﬁona Ｋｉｍ', 'fiona_Kim'],
    ['../../etc/passwd', 'etc_passwd'],
    ['C:\\boot.ini', 'C_boot_ini'],
    ['   ', 'candidate'],
    ['🙂', 'candidate'],
  ])('say %s as %s', (name, expected) => {
    expect(fileNamePart(name)).toBe(expected);
  });

  it('carry kind, name, the day of UTC, and a number from the second on', () => {
    const base = fileNameBase('resume', 'Jordan Avery', DAY);
    expect([fileName(base, 1), fileName(base, 2)]).toEqual([
      'resume_Jordan_Avery_20251009.docx',
      'resume_Jordan_Avery_20251009_2.docx',
    ]);
  });

  it('hold letters, digits and underscores, fit, and are ours again, whatever the name and number', () => {
    fc.assert(
      fc.property(anyName, fc.integer({ min: 1, max: 9_999_999 }), (name, number) => {
        const made = fileName(fileNameBase('cover_letter', name, DAY), number);
        expect(made).toMatch(/^[\p{L}\p{M}\p{N}_]+\.docx$/u);
        expect(Buffer.byteLength(made)).toBeLessThanOrEqual(MAX_FILE_NAME_BYTES);
        expect(isFileName(made)).toBe(true);
        expect(made.isWellFormed()).toBe(true);
      }),
    );
  });

  it('leave no way out of a folder through what is accepted as one', () => {
    fc.assert(
      fc.property(anyName, (candidate) => {
        if (isFileName(candidate)) expect(candidate).not.toMatch(/[/\\\0]|\.\./);
      }),
    );
    expect(isFileName('../x.docx')).toBe(false);
    expect(isFileName('x.docx\n')).toBe(false);
  });

  it('reach the client as printable ASCII and decodable UTF-8', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const made = fileName(fileNameBase('resume', name, DAY), 1);
        const header = contentDisposition(made);
        expect(header).toMatch(
          /^attachment; filename="[\x20-\x21\x23-\x7e]+"; filename\*=UTF-8''[\w.%~!-]+$/,
        );
        expect(decodeURIComponent(header.split("''")[1] ?? '')).toBe(made);
      }),
    );
  });
});
