import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { locationOf } from './location.js';

const ID = 'lt_calendly_abc123';
const UTM = `utm_source=footfall&utm_medium=document&utm_content=${ID}`;
const locate = (originalUrl: string) => locationOf({ originalUrl, trackingId: ID });

describe('the address a link leads to', () => {
  it.each([
    ['https://calendly.com/jordan/30min', `https://calendly.com/jordan/30min?${UTM}`],
    ['https://calendly.com/jordan?month=2026-01', `https://calendly.com/jordan?month=2026-01&${UTM}`],
    ['https://calendly.com/jordan?', `https://calendly.com/jordan?${UTM}`],
    ['https://calendly.com/jordan?a=1&', `https://calendly.com/jordan?a=1&${UTM}`],
    ['https://calendly.com/jordan#top', `https://calendly.com/jordan?${UTM}#top`],
    ['https://calendly.com/s?name=J%20O+%26&q=*#a?b', `https://calendly.com/s?name=J%20O+%26&q=*&${UTM}#a?b`],
    ['https://team.calendly.com/x', `https://team.calendly.com/x?${UTM}`],
    [
      'https://calendly.com/x?utm_source=mine',
      `https://calendly.com/x?utm_source=mine&utm_medium=document&utm_content=${ID}`,
    ],
    [`https://calendly.com/x?${UTM}`, `https://calendly.com/x?${UTM}`],
    ['https://cal.com/jordan/30min', `https://cal.com/jordan/30min?metadata[click_id]=${ID}`],
    ['https://acme.cal.com/jordan?x=1#y', `https://acme.cal.com/jordan?x=1&metadata[click_id]=${ID}#y`],
    ['https://savvycal.com/jordan/chat', `https://savvycal.com/jordan/chat?metadata[click_id]=${ID}`],
    [
      'https://savvycal.com/j?metadata%5Bclick_id%5D=mine',
      'https://savvycal.com/j?metadata%5Bclick_id%5D=mine',
    ],
    ['https://notcal.com/x?a=1', 'https://notcal.com/x?a=1'],
    ['https://notcalendly.com/x?a=1&b=*', 'https://notcalendly.com/x?a=1&b=*'],
    ['https:/example.com/a', 'https://example.com/a'],
    ['https:example.com/a', 'https://example.com/a'],
    ['https://example.com/calendly.com', 'https://example.com/calendly.com'],
    ['https://example.com/%7Ea?x=%2f&y=a b'.replace(' ', '%20'), 'https://example.com/%7Ea?x=%2f&y=a%20b'],
  ])('of %s is %s', (originalUrl, location) => {
    expect(locate(originalUrl)).toBe(location);
  });

  it.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://example.com/', 'nonsense', ''])(
    'is none for %s, however it got into the store',
    (originalUrl) => {
      expect(locate(originalUrl)).toBeUndefined();
    },
  );

  it('is always one that a header can carry', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl({ withQueryParameters: true, withFragments: true }),
          fc.string({ unit: 'binary' }).map((path) => `https://calendly.com/${path}`),
        ),
        (originalUrl) => {
          expect(locate(originalUrl) ?? 'none').toMatch(/^[\x21-\x7e]+$/);
        },
      ),
    );
  });
});
