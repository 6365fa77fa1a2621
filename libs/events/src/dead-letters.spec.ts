import { expect, it } from '@jest/globals';
import { showEvent } from './dead-letters.js';

it("shows a dead letter's ids and the names of its fields, but no visitor's facts", () => {
  const click = {
    event_id: 'e1',
    tracking_id: 'lt_a_1',
    ip: '203.0.113.7',
    headers: { accept: 'x' },
    'ip ': 1,
  };
  const shown = {
    event_id: 'e1',
    tracking_id: 'lt_a_1',
    ip: '(hidden)',
    headers: '(hidden)',
    'ip ': '(hidden)',
  };
  expect(showEvent(JSON.stringify(click))).toEqual(shown);
  expect(showEvent(JSON.stringify([click, '203.0.113.7']))).toEqual([shown, '(hidden)']);
  expect(showEvent('{"ip":"203.0.113.7')).toBe('(not JSON, 18 bytes)');
});
