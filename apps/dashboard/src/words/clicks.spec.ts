import { describe, expect, it } from '@jest/globals';
import type { Click } from '../api/clicks.js';
import { sayWho } from './clicks.js';

const CLICK: Click = {
  click_id: '0',
  tracking_id: 'lt_calendly_abc123',
  link_function: 'Calendly',
  job_id: null,
  application_id: null,
  clicked_at: '2026-11-22T12:00:00Z',
  class: 'human',
  score: 0,
  explanations: [],
  click_source: 'email',
  device: 'desktop',
  browser: 'Safari 18',
  os: 'macOS 10.15.7',
  country: 'CA',
  city: null,
};

describe('a click in words', () => {
  it('says who, with what, from where', () => {
    expect(sayWho(CLICK)).toBe('A person, Safari on macOS, Canada, from an e-mail');
  });

  it('leaves out what is not known', () => {
    const bare = {
      ...CLICK,
      class: 'machine' as const,
      browser: null,
      os: null,
      country: null,
      click_source: null,
    };
    expect(sayWho(bare)).toBe('A machine');
  });

  it('takes a country that has no name as it is', () => {
    expect(sayWho({ ...CLICK, country: '??', browser: null, os: null, click_source: null })).toBe(
      'A person, ??',
    );
  });
});
