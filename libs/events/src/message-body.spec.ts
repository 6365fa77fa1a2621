import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countEvents, decodeBody, encodeBody } from './message-body.js';

describe('a message body', () => {
  it('gives back the events it was made of', () => {
    const texts = fc.array(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(texts, (events) => {
        expect(decodeBody(encodeBody(events))).toEqual(events);
        expect(countEvents(encodeBody(events))).toBe(events.length);
        expect(countEvents(Buffer.from(`[${events.join()}]`))).toBe(events.length);
      }),
    );
  });

  it('is a JSON array when its events are JSON', () => {
    const texts = fc.array(
      fc.jsonValue().map((value) => JSON.stringify(value, null, 2)),
      { minLength: 1 },
    );
    fc.assert(
      fc.property(texts, (events) => {
        expect(JSON.parse(encodeBody(events).toString())).toEqual(events.map((event) => JSON.parse(event)));
        expect(decodeBody(encodeBody(events))?.map((event) => JSON.parse(event))).toEqual(
          events.map((event) => JSON.parse(event)),
        );
      }),
    );
  });

  it('keeps records apart even when some of them are torn', () => {
    const torn = fc
      .string({ minLength: 1, unit: 'binary' })
      .filter((text) => !text.includes('\n') && !text.endsWith(','));
    fc.assert(
      fc.property(fc.array(torn, { minLength: 1 }), (events) => {
        const asUtf8 = events.map((event) => Buffer.from(event).toString());
        expect(decodeBody(encodeBody(events))).toEqual(asUtf8);
      }),
    );
  });

  it('reads a JSON array from another hand', () => {
    expect(decodeBody(Buffer.from('[{"a": 1}, "b"]'))).toEqual(['{"a":1}', '"b"']);
    expect(decodeBody(Buffer.from('[]'))).toEqual([]);
  });

  it('is no message when it is not an array', () => {
    for (const text of ['', '{}', '"text"', 'null', '[1,', '\u0000']) {
      expect(decodeBody(Buffer.from(text))).toBeUndefined();
    }
  });
});
