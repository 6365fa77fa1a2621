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
    expect(nameOf({ first_name: 'Jordan', last_name: 'Avery', full_name: ' ' })).toBe('Jordan Avery');
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

it.each([
  [[1], 'must be a JSON object such as'],
  ['hello', 'must be a JSON object such as'],
  [{ a: JSON.parse(`${'['.repeat(21)}${']'.repeat(21)}`) }, 'nested deeper than 20 levels'],
])('a body such as %j is told what a body looks like', (body, told) => {
  const [issue] = resumeSchema.safeParse(body).error?.issues ?? [];
  expect(issue?.message).toContain(told);
});

it.each([
  [{ start_date: '2019-03', end_date: '2021-11-30' }, 'Mar 2019 – Nov 2021'],
  [{ start_date: '2019-03' }, 'Mar 2019 – Present'],
  [{ start_date: 'March 2019', end_date: 'present' }, 'March 2019 – present'],
  [{ end_date: '2019' }, '2019'],
  [{ start_date: '2019-13' }, '2019-13 – Present'],
])('dates %j read %s, as a person would write them', (dates, shown) => {
  const request = resumeSchema.parse({ experience: [{ title: 'Lead', ...dates }] });
  expect(describeResume(request, {} as never).experience).toEqual([
    expect.objectContaining({ dates: shown }),
  ]);
});

it('a whole JSON Resume is taken over, part by part', () => {
  const request = resumeSchema.parse({
    json_resume: {
      basics: {
        name: 'Richard Hendriks',
        label: 'Programmer',
        image: 'me.png',
        email: 'r@example.com',
        phone: '1',
        url: 'https://r.example',
        summary: 'Sum.',
        location: { address: '1 Main St', city: 'SF', region: 'CA', postalCode: '94115', countryCode: 'US' },
        profiles: [
          { network: 'LinkedIn', username: 'richard' },
          { network: 'Calendly', url: 'https://calendly.com/r' },
          { network: 'GitHub', url: 'github.com/r' },
        ],
      },
      work: [
        {
          name: 'Pied Piper',
          position: 'CEO',
          startDate: '2013-12-01',
          endDate: '2014',
          summary: 'S',
          highlights: ['H'],
          url: 'https://pp.example',
        },
      ],
      volunteer: [{ organization: 'Code', position: 'Teacher', startDate: '2012-01', summary: 'V' }],
      education: [
        {
          institution: 'U',
          area: 'CS',
          studyType: 'BSc',
          startDate: '2011',
          endDate: '2013-01-01',
          score: '4.0',
          courses: ['DB1'],
        },
      ],
      awards: [{ title: 'Award', date: '2014-11-01', awarder: 'TC', summary: 'A' }],
      certificates: [{ name: 'Cert', date: '2021-11-07', issuer: 'I' }],
      publications: [{ name: 'Pub', publisher: 'P', releaseDate: '2014-10-01', summary: 'B' }],
      skills: [
        { name: 'Web', level: 'Master', keywords: ['HTML', 'CSS'] },
        { name: 'Git' },
        { name: 'Docker', level: 'Good' },
      ],
      languages: [{ language: 'English', fluency: 'Native' }],
      interests: [{ name: 'Wildlife', keywords: ['Ferrets'] }],
      references: [{ name: 'Jane', reference: 'Great.' }],
      projects: [
        {
          name: 'Proj',
          description: 'D',
          highlights: ['Won'],
          keywords: ['k'],
          roles: ['Lead'],
          entity: 'E',
          startDate: '2019-01-01',
          endDate: '2021-01-01',
        },
      ],
      meta: { version: 'v1.0.0' },
    },
  });
  const personal = personalSchema.parse(request.personal);
  const data = describeResume(request, personal);
  expect(data).toMatchObject({
    contact_line: '1 Main St, SF, CA, 94115, US | 1 | r@example.com',
    personal: { full_name: 'Richard Hendriks', image: 'me.png' },
    target_position: 'Programmer',
    experience: [
      {
        heading: 'CEO',
        place: 'Pied Piper',
        dates: 'Dec 2013 – 2014',
        paragraphs: ['S'],
        bullets: ['H'],
        url: 'https://pp.example',
      },
    ],
    education: [
      {
        heading: 'BSc, CS',
        place: 'U',
        dates: '2011 – Jan 2013',
        paragraphs: ['Score: 4.0'],
        bullets: ['DB1'],
      },
    ],
    skill_groups: [
      { name: 'Web (Master)', list: 'HTML, CSS' },
      { name: '', list: 'Git, Docker (Good)' },
    ],
  });
  expect(givenUrls(personal)).toEqual({
    calendly_url: 'https://calendly.com/r',
    linkedin_url: 'https://linkedin.com/in/richard',
    portfolio_url: 'https://r.example',
  });
  const { sections } = data as { sections: { title: string; entries: Record<string, unknown>[] }[] };
  const shown = sections.map(({ title, entries }) =>
    [
      title,
      ...entries.flatMap((entry) => [
        entry.heading,
        entry.place,
        entry.dates,
        entry.paragraphs,
        entry.bullets,
      ]),
    ]
      .flat()
      .filter(Boolean)
      .join(' · '),
  );
  expect(shown).toEqual([
    'Projects · Proj · Lead, E · Jan 2019 – Jan 2021 · D · Won · k',
    'Volunteering · Teacher · Code · Jan 2012 – Present · V',
    'Awards · Award · TC · Nov 2014 · A',
    'Certificates · Cert · I · Nov 2021',
    'Publications · Pub · P · Oct 2014 · B',
    'Languages · English (Native)',
    'Interests · Wildlife: Ferrets',
    'Profiles · GitHub: github.com/r',
    'References · Jane · Great.',
  ]);
});
