import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nameReferences } from './references.js';

const TODAY = new Date('2026-11-22T12:00:00Z');

describe('ids of an application', () => {
  it('say what it is for', () => {
    expect(nameReferences({ company: 'Müller & Söhne', title: 'Marketing Manager' }, TODAY)).toEqual({
      job_id: 'muller-sohne.marketing-manager',
      application_id: 'muller-sohne.marketing-manager.20261122',
    });
  });

  it('tell companies apart that are written in no Latin letters', () => {
    const [one, other] = ['株式会社', '有限会社'].map((company) =>
      nameReferences({ company, title: '' }, TODAY),
    );
    expect(one).not.toEqual(other);
  });

  it('are taken by the server whatever is entered', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (company, title) => {
        for (const id of Object.values(nameReferences({ company, title }, TODAY)))
          expect(id).toMatch(/^[A-Za-z0-9._:-]{1,100}$/);
      }),
    );
  });
});
