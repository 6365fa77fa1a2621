import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readAgent } from './read-agent.js';

describe('readAgent', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
      { device: 'desktop', browser: 'Chrome 142', os: 'Windows 10' },
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      { device: 'mobile', browser: 'Safari 18', os: 'iOS 18.5' },
    ],
    [
      'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
      { device: 'desktop', browser: 'Firefox 145', os: 'Linux' },
    ],
    ['', {}],
  ])('reads %s', (userAgent, facts) => {
    expect(readAgent(userAgent)).toEqual(facts);
    expect(readAgent(userAgent)).toEqual(facts);
  });

  it('answers short text for whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 1_000 }), fc.constant('Chrome/'.repeat(140))),
        (agent) => {
          for (const value of Object.values(readAgent(agent)))
            expect((value ?? '').length).toBeLessThanOrEqual(60);
        },
      ),
    );
  });
});
