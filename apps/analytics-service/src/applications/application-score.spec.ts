import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scoreEngagement } from './application-score.js';

const NOTHING = { humanClicks: 0, people: 0, clickedFunctions: [], isBooked: false };

describe('the score of an application', () => {
  it.each([
    ['nothing', NOTHING, 0],
    ['one click on LinkedIn', { ...NOTHING, humanClicks: 1, people: 1, clickedFunctions: ['LinkedIn'] }, 30],
    [
      'one click on the calendar',
      { ...NOTHING, humanClicks: 1, people: 1, clickedFunctions: ['Calendly'] },
      40,
    ],
    [
      'two people on two links',
      { ...NOTHING, humanClicks: 3, people: 2, clickedFunctions: ['LinkedIn', 'Portfolio'] },
      50,
    ],
    ['a booking that no click was seen of', { ...NOTHING, isBooked: true }, 20],
    [
      'everything',
      { humanClicks: 90, people: 40, clickedFunctions: ['Calendly', 'GitHub', 'LinkedIn'], isBooked: true },
      100,
    ],
  ])('gives %s its points', (_what, engagement, score) => {
    expect(scoreEngagement(engagement).score).toBe(score);
  });

  it('is the sum of parts that keep within their bounds, whatever was clicked', () => {
    const engagement = fc.record({
      humanClicks: fc.nat(),
      people: fc.nat(),
      clickedFunctions: fc.array(fc.string()),
      isBooked: fc.boolean(),
    });
    fc.assert(
      fc.property(engagement, (each) => {
        const { score, parts } = scoreEngagement(each);
        expect(parts.every(({ points, max_points }) => points >= 0 && points <= max_points)).toBe(true);
        expect(score).toBe(parts.reduce((sum, { points }) => sum + points, 0));
        expect(score).toBeLessThanOrEqual(100);
      }),
    );
  });
});
