import { describe, expect, it } from '@jest/globals';
import { digestOf, type ErasureKind } from '#contracts';
import { concerns } from './erasure-ledger.js';

const KEY = 'ab'.repeat(32);
const subject = (kind: ErasureKind, value: string, owner?: string) => ({
  kind,
  key: KEY,
  digest: digestOf({ key: KEY, kind, value }),
  ...(owner && { owner: digestOf({ key: KEY, kind: 'user', value: owner }) }),
});

describe('an event concerns', () => {
  const about = concerns(subject('user', 'jordan'), new Set(['lt_jordan']));

  it.each([
    ['its user', '{"user_id":"jordan","x":1}'],
    ['its user, spaced', '{ "user_id" : "jordan" }'],
    ['its link', '{"tracking_id":"lt_jordan"}'],
    ['its link among others', '{"tracking_ids":["lt_robin","lt_jordan"]}'],
    ['its user in a torn text', '{"user_id":"jordan","user_agent":"Mozi'],
    ['its link in no JSON at all', 'GET /track/lt_jordan'],
  ])('%s', (_what, text) => expect(about(text)).toBe(true));

  it.each([
    ['another user', '{"user_id":"jordan2"}'],
    ['a longer id', '{"tracking_id":"lt_jordan_2"}'],
    ['the name in another field', '{"company":"jordan"}'],
    ['nothing', ''],
  ])('not: %s', (_what, text) => expect(about(text)).toBe(false));

  it('an application of one user only when both stand there', () => {
    const ofJordan = concerns(subject('application', 'app-1', 'jordan'), new Set());
    expect(ofJordan('{"user_id":"jordan","application_id":"app-1"}')).toBe(true);
    expect(ofJordan('{"user_id":"robin","application_id":"app-1"}')).toBe(false);
    expect(concerns(subject('application', 'app-1'), new Set())('{"application_id":"app-1"}')).toBe(true);
  });

  it('a visitor by address', () => {
    expect(concerns(subject('address', '203.0.113.7'), new Set())('{"ip":"203.0.113.7"}')).toBe(true);
    expect(concerns(subject('address', '203.0.113.7'), new Set())('{"ip":"203.0.113.70"}')).toBe(false);
  });
});
