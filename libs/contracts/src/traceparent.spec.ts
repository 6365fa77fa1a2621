import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findTraceparent, parseTraceparent } from './traceparent.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const KEPT = `00-${TRACE}-${SPAN}-01`;
const FOUND = { traceId: TRACE, spanId: SPAN, traceFlags: 1, isRemote: true };

describe('trace contexts', () => {
  it('are taken when their trace is kept', () => {
    expect(parseTraceparent(KEPT)).toEqual(FOUND);
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)).toBeUndefined();
  });

  it.each([
    undefined,
    7,
    '',
    `${KEPT}\n`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    KEPT.toUpperCase(),
  ])('are refused when they are none: %j', (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });

  it('are found in an event without parsing it, and not in what a visitor sent', () => {
    expect(findTraceparent(JSON.stringify({ event_id: 'x', traceparent: KEPT, ip: '203.0.113.7' }))).toEqual(
      FOUND,
    );
    const hostile = `","traceparent":"${KEPT}`;
    expect(
      findTraceparent(JSON.stringify({ user_agent: hostile, referrer: `\\${hostile}` })),
    ).toBeUndefined();
  });

  it('never break on an event, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(findTraceparent(`{"traceparent":"${text}`)).toEqual(parseTraceparent(text.slice(0, 55)));
      }),
    );
  });
});
