import { describe, expect, it } from '@jest/globals';
import { REQUEST_FIXTURES } from '../../test/request-fixtures.js';
import { SETTLING_FIXTURES } from '../../test/settling-fixtures.js';
import { explainReason } from './reason-words.js';

describe('explainReason', () => {
  const reasons = [...REQUEST_FIXTURES, ...SETTLING_FIXTURES].flatMap((fixture) => fixture.reasons ?? []);

  it.each([...new Set(reasons)])('has words for %s', (reason) => {
    expect(explainReason(reason)).not.toBe(reason);
  });

  it('names whose scanner, network or preview it was', () => {
    expect(explainReason('unfurler:slack')).toBe('it makes previews of links (slack)');
  });

  it('shows a reason that it does not know as it is', () => {
    expect(explainReason('phase_of_moon')).toBe('phase_of_moon');
    expect(explainReason('constructor')).toBe('constructor');
  });
});
