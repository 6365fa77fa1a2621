import { describe, expect, it } from '@jest/globals';
import type { Click } from '../api/clicks.js';
import { sayReasons, sayWho } from './clicks.js';
import { REASONS } from './reasons.js';

const CLICK: Click = {
  click_id: '0',
  tracking_id: 'lt_calendly_abc123',
  link_function: 'Calendly',
  job_id: null,
  application_id: null,
  clicked_at: '2026-11-22T12:00:00Z',
  class: 'human',
  score: 0,
  reasons: [],
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

describe('reasons in words', () => {
  it('name the detail', () => {
    expect(sayReasons(['scanner_network:proofpoint'])).toEqual([
      'it came from the network of Proofpoint (scans e-mail)',
    ]);
  });

  it('never show a bare name of the code', () => {
    expect(sayReasons(['something_new'])).toEqual(['something new']);
  });

  it('leave no gap without a detail', () => {
    for (const name of Object.keys(REASONS)) expect(sayReasons([name]).join()).not.toMatch(/…|\(\)/);
  });
});
