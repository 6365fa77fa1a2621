import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeEvents } from './asyncapi.js';
import { InvalidEventError } from './event-definition.js';
import { clickRecorded, EVENTS, linkChanged } from './events.js';
import { isCallerReference, isLinkFunction, isTrackingId, MAX_TRACKING_ID_LENGTH } from './tracking-id.js';

const click = {
  event_id: '0199b4c2-7c00-7000-8000-000000000001',
  occurred_at: '2026-01-02T03:04:05.678Z',
  tracking_id: 'lt_calendly_abc123',
  user_id: 'jordan_avery',
  link_function: 'Calendly',
  answer: 'redirect',
  method: 'GET',
  secure: false,
  do_not_track: false,
};

describe('an event definition', () => {
  it('parses an event and drops fields that it does not know', () => {
    expect(clickRecorded.parse(JSON.stringify({ ...click, colour: 'green' }))).toEqual(click);
  });

  it.each([
    ['not JSON', '{', /not JSON/],
    ['no object', '[]', /expected object/],
    ['a missing field', JSON.stringify({ ...click, tracking_id: undefined }), /tracking_id/],
    ['a wrong type', JSON.stringify({ ...click, secure: 'yes' }), /secure/],
    ['an id with a newline', JSON.stringify({ ...click, tracking_id: 'lt_a\n' }), /tracking_id/],
    ['an address that is none', JSON.stringify({ ...click, ip: '999.1.1.1' }), /at ip/],
    [
      'a local time without zone',
      JSON.stringify({ ...click, occurred_at: '2026-01-02T03:04:05' }),
      /occurred_at/,
    ],
    ['an agent past its limit', JSON.stringify({ ...click, user_agent: 'x'.repeat(1001) }), /user_agent/],
  ])('refuses %s, saying which event and why', (_what, json, reason) => {
    expect(() => clickRecorded.parse(json)).toThrow(InvalidEventError);
    expect(() => clickRecorded.parse(json)).toThrow(/^click\.recorded\.v1: ./);
    expect(() => clickRecorded.parse(json)).toThrow(reason);
  });

  it('throws nothing but InvalidEventError, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), fc.constantFrom(...EVENTS), (text, event) => {
        try {
          event.parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidEventError);
        }
      }),
    );
  });

  it('takes no revision below 1, so that "newer than what is held" always means something', () => {
    const link = { ...click, revision: 0, link_type: 'external' };
    expect(() => linkChanged.parse(JSON.stringify(link))).toThrow(/revision/);
  });
});

describe('the AsyncAPI document', () => {
  it('is what the definitions say; run "npm run generate" after changing them', () => {
    const committed = readFileSync(join(import.meta.dirname, '../asyncapi.json'), 'utf8');
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(describeEvents())));
  });
});

describe('ids', () => {
  it.each(['lt_calendly_abc123', 'lt_0123456789abcdef', `lt_${'x'.repeat(97)}`])('takes %s', (id) => {
    expect(isTrackingId(id)).toBe(true);
  });

  it.each(['lt_', 'calendly', 'lt_a-b', 'lt_a\n', 'lt_é', ' lt_a', 'lt_a/../b', `lt_${'x'.repeat(98)}`, ''])(
    'does not take %j',
    (id) => {
      expect(isTrackingId(id)).toBe(false);
    },
  );

  it('never takes an id that is too long for its column or needs escaping in a URL', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 120 }), (tail) => {
        const id = `lt_${tail}`;
        if (!isTrackingId(id)) return;
        expect(id.length).toBeLessThanOrEqual(MAX_TRACKING_ID_LENGTH);
        expect(encodeURIComponent(id)).toBe(id);
      }),
    );
  });

  it('knows callers’ own ids and link functions by their documented edges', () => {
    expect(['a', 'A.b_c:d-9', 'x'.repeat(100)].every(isCallerReference)).toBe(true);
    expect(['', 'x'.repeat(101), 'a b', 'a/b', 'a\n'].some(isCallerReference)).toBe(false);
    expect(['Calendly', 'a', `A${'b'.repeat(49)}`].every(isLinkFunction)).toBe(true);
    expect(['', '9a', '_a', `A${'b'.repeat(50)}`, 'a-b'].some(isLinkFunction)).toBe(false);
  });
});
