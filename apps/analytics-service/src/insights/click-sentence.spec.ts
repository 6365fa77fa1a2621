import { describe, expect, it } from '@jest/globals';
import { describeClicks, nameFunction } from './click-sentence.js';

const NOBODY = { people: 0, peopleIsLowerBound: false, scanners: 0, suspectedClicks: 0 };
const JOB = { applicationId: 'app-1', title: 'Marketing Manager', company: 'Tech Corp' };

describe('describeClicks', () => {
  it.each([
    [{ people: 5 }, '5 people clicked Calendly for Marketing Manager at Tech Corp'],
    [{ people: 1, scanners: 4 }, '1 person clicked Calendly for Marketing Manager at Tech Corp'],
    [
      { people: 2, peopleIsLowerBound: true },
      'At least 2 people clicked Calendly for Marketing Manager at Tech Corp',
    ],
    [{}, 'No person has clicked Calendly for Marketing Manager at Tech Corp yet'],
    [
      { scanners: 3 },
      'No person has clicked Calendly for Marketing Manager at Tech Corp yet; 3 scanners have',
    ],
    [{ scanners: 1 }, 'No person has clicked Calendly for Marketing Manager at Tech Corp yet; 1 scanner has'],
    [
      { suspectedClicks: 1 },
      'No person has clicked Calendly for Marketing Manager at Tech Corp yet; 1 click may be a person’s',
    ],
    [
      { scanners: 2, suspectedClicks: 2 },
      'No person has clicked Calendly for Marketing Manager at Tech Corp yet; 2 scanners have, and 2 clicks may be a person’s',
    ],
  ])('%j', (clickers, sentence) => {
    expect(describeClicks('Calendly', { ...NOBODY, ...clickers }, JOB)).toBe(sentence);
  });

  it.each([
    [{ ...JOB, company: null }, '1 person clicked a link for Marketing Manager'],
    [{ ...JOB, title: null }, '1 person clicked a link for the application to Tech Corp'],
    [{ ...JOB, title: null, company: null }, '1 person clicked a link for application app-1'],
  ])('says what is known of %j', (subject, sentence) => {
    expect(describeClicks('a link', { ...NOBODY, people: 1 }, subject)).toBe(sentence);
  });

  it('writes a function as people do', () => {
    expect(nameFunction('Apply_Now')).toBe('Apply Now');
  });
});
