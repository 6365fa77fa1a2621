import { describe, expect, it } from '@jest/globals';
import type { ClickFacts } from '../api/clicks.js';
import { sayWho } from './clicks.js';

const CLICK: ClickFacts = {
  class: 'human',
  explanations: [],
  click_source: 'email',
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
      click_source: 'unknown',
    };
    expect(sayWho(bare)).toBe('A machine');
  });

  it('takes a country that has no name as it is', () => {
    expect(sayWho({ ...CLICK, country: '??', browser: null, os: null, click_source: 'unknown' })).toBe(
      'A person, ??',
    );
  });
});
