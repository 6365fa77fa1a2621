import { describe, expect, it } from '@jest/globals';
import { parseNetworks } from '#platform';
import { ownClickRule } from './own-click.js';

const link = {
  trackingId: 'lt_calendly_abc123',
  revision: 1,
  isActive: true,
  expiresAt: undefined,
  location: 'https://calendly.com/jordan-avery',
  fallback: '',
  facts: '"tracking_id":"lt_calendly_abc123","user_id":"jordan_avery","job_id":"job-1"',
};

function isOwn({ cookie, ip, own = '' }: { cookie?: string; ip?: string; own?: string }): boolean {
  const addresses = own ? parseNetworks(own.split(' ')) : undefined;
  return ownClickRule(addresses)({
    link,
    headers: cookie === undefined ? {} : { cookie },
    client: { ip, secure: false },
  });
}

describe('an own click', () => {
  it.each([
    ['footfall_own=jordan_avery', true],
    ['theme=dark; footfall_own=jordan_avery; x=1', true],
    ['footfall_own=*', true],
    ['footfall_own=somebody_else', false],
    ['footfall_own=jordan', false],
    ['footfall_own=job-1', false],
    ['not_footfall_own=jordan_avery', false],
    ['footfall_own=jordan_avery","a":"', false],
    ['footfall_own=', false],
    ['', false],
  ])('by the cookie %j: %j', (cookie, expected) => expect(isOwn({ cookie })).toBe(expected));

  it.each([
    ['198.51.100.7', true],
    ['198.51.101.7', false],
    ['2001:db8::1', true],
    ['2001:db9::1', false],
    [undefined, false],
  ])('from %s: %j', (ip, expected) => {
    expect(isOwn({ ...(ip && { ip }), own: '198.51.100.0/24 2001:db8::/32' })).toBe(expected);
  });
});
