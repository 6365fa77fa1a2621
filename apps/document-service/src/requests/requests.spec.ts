import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { CodedError } from '#platform';
import { coverLetterSchema, describeCoverLetter } from './cover-letter-request.js';
import { describePerson, givenUrls, personalSchema } from './person.js';
import { describeResume, resumeSchema } from './resume-request.js';

describe('requests', () => {
  it('keep unknown fields as template variables', () => {
    const request = resumeSchema.parse({ personal: { full_name: 'A', nickname: 'Al' }, motto: 'Onwards' });
    const data = describeResume(request, personalSchema.parse(request.personal));
    expect(data).toMatchObject({ motto: 'Onwards', personal: { nickname: 'Al' } });
  });

  it('name the field of a JSON Resume that is wrong', () => {
    const { error } = resumeSchema.safeParse({ json_resume: { basics: { name: 5, profiles: {} } } });
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['json_resume.basics.profiles']);
  });

  it('describe themselves for OpenAPI', () => {
    for (const schema of [resumeSchema, coverLetterSchema]) {
      expect(z.toJSONSchema(schema, { io: 'input' }).properties).toMatchObject({ personal: {}, job_id: {} });
    }
  });

  it('of any JSON are either described or refused, never broken', () => {
    const field = fc.constantFrom(
      'personal',
      'experience',
      'education',
      'skills',
      'content',
      'recipient',
      'job_id',
      'json_resume',
      'position',
      'professional_summary',
    );
    const anyBody = fc.oneof(fc.jsonValue(), fc.dictionary(field, fc.jsonValue(), { minKeys: 1 }));
    fc.assert(
      fc.property(anyBody, (body) => {
        for (const judge of [
          () => {
            const request = resumeSchema.safeParse(body);
            if (request.success)
              describeResume(request.data, personalSchema.parse(request.data.personal ?? {}));
          },
          () => {
            const request = coverLetterSchema.safeParse(body);
            const personal = personalSchema.parse(request.data?.personal ?? {});
            if (request.success) describeCoverLetter(request.data, personal, new Date());
          },
        ]) {
          try {
            judge();
          } catch (error) {
            expect(error).toBeInstanceOf(CodedError);
          }
        }
      }),
    );
  });
});

describe('a person', () => {
  const urls = (personal: object) => givenUrls(personalSchema.parse(personal));

  it('is named by full name, name, or first and last name', () => {
    const nameOf = (personal: object) => describePerson(personalSchema.parse(personal)).full_name;
    expect(nameOf({ full_name: 'A B', first_name: 'C' })).toBe('A B');
    expect(nameOf({ name: 'N' })).toBe('N');
    expect(nameOf({ first_name: 'Steve', last_name: 'Glen', full_name: ' ' })).toBe('Steve Glen');
    expect(nameOf({})).toBe('');
  });

  it('gives URLs under their own names or the guide’s, and says with null that there is none', () => {
    expect(urls({ linkedin: 'linkedin.com/in/a', website: 'a.example' })).toEqual({
      linkedin_url: 'linkedin.com/in/a',
      portfolio_url: 'a.example',
    });
    expect(urls({ calendly_url: null, linkedin_url: '', portfolio: '', website: null })).toEqual({
      calendly_url: null,
      linkedin_url: null,
    });
    expect(urls({ linkedin_url: null, linkedin: 'linkedin.com/in/a' })).toEqual({
      linkedin_url: 'linkedin.com/in/a',
    });
  });
});
