import { describe, expect, it } from '@jest/globals';
import { fromInput, toInput } from './input-times.js';
import { sayAgo } from './times.js';

const NOW = Date.parse('2026-11-22T12:00:00Z');

describe('a moment in words', () => {
  it.each([
    ['2026-11-22T11:59:55Z', 'just now'],
    ['2026-11-22T11:57:00Z', '3 minutes ago'],
    ['2026-11-21T11:00:00Z', 'yesterday'],
    ['2026-11-25T12:00:00Z', 'in 3 days'],
    ['2024-11-01T12:00:00Z', '2 years ago'],
  ])('%s is %s', (moment, words) => {
    expect(sayAgo(moment, NOW)).toBe(words);
  });
});

describe('a moment in a form', () => {
  it('comes back as it went in, in whatever time zone', () => {
    expect(fromInput(toInput('2027-01-31T18:05:00.000Z'))).toBe('2027-01-31T18:05:00.000Z');
  });

  it('may be none', () => {
    expect(fromInput(toInput(null))).toBeNull();
  });
});
