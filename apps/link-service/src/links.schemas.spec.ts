import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLinkSchema, encodeCursor, listLinksSchema } from './links.schemas.js';

describe('the cursor of a list', () => {
  it('finds back to the row it was made of', () => {
    const row = fc.record({
      createdAt: fc.date({ min: new Date(0), max: new Date(8.64e15), noInvalidDate: true }),
      trackingId: fc.stringMatching(/^lt_[A-Za-z0-9_]{1,97}$/),
    });
    fc.assert(
      fc.property(row, (cursor) => {
        expect(listLinksSchema.parse({ cursor: encodeCursor(cursor) }).cursor).toEqual(cursor);
      }),
    );
  });

  it('refuses everything else without throwing anything but a refusal', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
    );
    fc.assert(
      fc.property(hostile, (cursor) => {
        expect(listLinksSchema.safeParse({ cursor }).success).toBe(false);
      }),
    );
  });
});

describe('the body of a new link', () => {
  it('is taken or refused, never thrown over, whatever it holds', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        createLinkSchema.safeParse(body);
      }),
    );
  });

  it('lets only storable text through', () => {
    const body = { original_url: 'x', link_function: 'Calendly' };
    const fields = fc.record({
      job_id: fc.string({ unit: 'binary' }),
      description: fc.string({ unit: 'binary', maxLength: 1100 }),
    });
    fc.assert(
      fc.property(fields, (hostile) => {
        const result = createLinkSchema.safeParse({ ...body, ...hostile });
        if (!result.success) return;
        expect(result.data.job_id).toMatch(/^[A-Za-z0-9._:-]{1,100}$/);
        expect(result.data.description).not.toContain('\0');
      }),
    );
  });
});
