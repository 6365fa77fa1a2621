import { describe, expect, it } from '@jest/globals';
import type { ApplicationDetails } from '../api/applications.js';
import { nameApplication, sayInterest } from './applications.js';

const APPLICATION: ApplicationDetails = {
  application_id: 'app-1',
  job_id: 'job-1',
  company: 'Tech Corp',
  title: 'Marketing Manager',
  job_board: null,
  sent_at: null,
  outcome: 'none',
  opened_at: null,
  booked_at: null,
  human_clicks: 6,
  people: 5,
  score: 70,
  functions: [
    { link_function: 'Calendly', human_clicks: 6 },
    { link_function: 'Portfolio', human_clicks: 0 },
  ],
};

describe('an application in words', () => {
  it('says who clicked what, for what, and where', () => {
    expect(sayInterest(APPLICATION)).toBe('5 people clicked Calendly for Marketing Manager at Tech Corp.');
  });

  it('says that nobody came', () => {
    expect(sayInterest({ ...APPLICATION, functions: [], people: 0 })).toBe(
      'Nobody has clicked a link for Marketing Manager at Tech Corp yet.',
    );
  });

  it('goes by what is known', () => {
    expect(nameApplication({ ...APPLICATION, title: null })).toBe('Tech Corp');
    expect(nameApplication({ ...APPLICATION, title: null, company: null })).toBe('app-1');
  });
});
