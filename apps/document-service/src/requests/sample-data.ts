import type { DocumentKind } from '../documents/document.entity.js';
import type { TemplateData } from '../rendering/template-scope.js';
import { coverLetterSchema, describeCoverLetter } from './cover-letter-request.js';
import { personalSchema } from './person.js';
import { describeResume, resumeSchema } from './resume-request.js';

const PERSONAL = {
  first_name: 'Jordan',
  last_name: 'Avery',
  full_name: 'Jordan Avery',
  email: 'jordan@example.com',
  phone: '(416) 555-0142',
  address: 'Edmonton, AB',
};
const DATES = { start_date: '2019', end_date: '2024', location: 'Calgary' };
const COMMON = {
  personal: PERSONAL,
  company: 'Tech Corp',
  job_board: 'LinkedIn',
  job_id: 'job-1',
  application_id: 'application-1',
  user_id: 'jordan',
  template_id: 'classic',
  target_position: 'Marketing Manager',
};
const RESUME = {
  ...COMMON,
  professional_summary: 'Marketing professional with 10 years of experience.',
  experience: [
    { ...DATES, title: 'Lead', company: 'Acme', description: 'Led.', highlights: ['Grew.'] },
    { ...DATES, title: 'Writer', company: 'Beta', description: ['Wrote.', 'Edited.'] },
  ],
  education: [{ ...DATES, institution: 'U of A', degree: 'BCom', field: 'Marketing', graduation_year: 2014 }],
  sections: [
    {
      title: 'Projects',
      entries: [{ ...DATES, heading: 'Atlas', place: 'Acme', description: 'Mapped.', highlights: ['Drew.'] }],
    },
  ],
  skills: { technical: ['SQL'], soft: ['Writing'] },
};
const COVER_LETTER = {
  ...COMMON,
  recipient: { name: 'Morgan Ellis', title: 'CMO', company: 'Tech Corp', address: '1 Main St' },
  position: { title: 'Marketing Manager', reference: 'R-1' },
  content: { opening_paragraph: 'Opening.', body_paragraphs: ['Body.'], closing_paragraph: 'Closing.' },
  date: 'October 9, 2025',
};

/**
 * The variables of a request that gives everything there is: a tag that stays empty with it is no tag of ours.
 * Null: of both kinds, for a template that serves both.
 */
export function sampleData(kind: DocumentKind | null): TemplateData {
  const personal = personalSchema.parse(PERSONAL);
  return {
    ...(kind !== 'cover_letter' && describeResume(resumeSchema.parse(RESUME), personal)),
    ...(kind !== 'resume' &&
      describeCoverLetter(coverLetterSchema.parse(COVER_LETTER), personal, new Date(0))),
  };
}
