import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planRemovals } from './missing-links.js';

/** `×` stands for a link that is not configured. */
function without(text: string): string {
  const missing = [...text.matchAll(/×/g)].map(({ index }) => ({ start: index, end: index + 1 }));
  const { deletions } = planRemovals(text, missing);
  return [...text].filter((_, at) => !deletions.some(({ start, end }) => at >= start && at < end)).join('');
}

describe('links that are not configured', () => {
  it.each([
    ['Schedule a meeting: ×', ''],
    ['×', ''],
    ['• Portfolio – ×', ''],
    ['(×)', ''],
    ['LinkedIn: × / Portfolio: ×', ''],
    ['a@b.c | LinkedIn: × | d', 'a@b.c | d'],
    ['LinkedIn: × | a@b.c', 'a@b.c'],
    ['LinkedIn: × | Portfolio: × | a@b.c', 'a@b.c'],
    ['a@b.c • × • Portfolio: ×', 'a@b.c'],
    ['a@b.c\tPortfolio: ×', 'a@b.c'],
    ['See ×, then call me.', 'See, then call me.'],
    ['Please have a look at × today.', 'Please have a look at today.'],
    ['Hello\nPortfolio: ×\nBye', 'Hello\nBye'],
    ['Hello\n×', 'Hello'],
    ['I am excited. You can book a time with me here: ×', 'I am excited. You can book a time with me here:'],
  ])('turn %j into %j', (text, expected) => {
    expect(without(text)).toBe(expected);
  });

  it('never stay, and never take text of another line with them', () => {
    const word = fc.constantFrom(
      'a',
      'LinkedIn:',
      '|',
      '\t',
      '. ',
      '×',
      ' ',
      'mail@b.c',
      'some longer words here',
    );
    fc.assert(
      fc.property(fc.array(fc.array(word, { maxLength: 8 }), { minLength: 1, maxLength: 4 }), (lines) => {
        const texts = lines.map((words) => words.join(''));
        const result = without(texts.join('\n'));
        expect(result).not.toContain('×');
        const untouched = texts.filter((text) => !text.includes('×'));
        for (const text of untouched) expect(result).toContain(text);
      }),
    );
  });

  it('are found in linear time, whatever the text', () => {
    for (const filler of [' ', '|', '\t', ' /', '. ', ':']) {
      const before = process.cpuUsage();
      without(`${filler.repeat(100_000)}x ×`);
      expect(process.cpuUsage(before).user / 1e6).toBeLessThan(3);
    }
  });
});
