import { z } from 'zod';
import type { TemplateData } from '../rendering/template-scope.js';
import { commonFields, listOf, text, texts } from './fields.js';
import { fromJsonResume } from './json-resume.js';
import { jsonResumeSchema } from './json-resume-schema.js';
import { monthOf } from './months.js';
import { payload } from './payload.js';
import { contactLine, describePerson, type Personal, personalSchema } from './person.js';
import { describeDates, describeEntry, entryFields, joined, linesOf, withHeading } from './resume-entries.js';

const experienceSchema = z.looseObject({ ...entryFields, company: text(300), title: text(300) });
const educationSchema = z.looseObject({
  ...entryFields,
  institution: text(300),
  degree: text(300),
  field: text(300),
  graduation_year: text(50),
});
/** Further parts under headings of their own, such as projects or awards. */
const sectionSchema = z.looseObject({
  title: text(100),
  entries: listOf(z.looseObject({ ...entryFields, heading: text(300), place: text(300), dates: text(100) })),
});
const skillsSchema = z
  .union([z.record(z.string().max(100), texts()), texts().transform((skills) => ({ '': skills }))], {
    error: 'must be an object of lists such as {"technical": [], "soft": []}',
  })
  .nullish()
  .transform((skills) => skills ?? {});

export const resumeSchema = payload(
  z.looseObject({
    ...commonFields,
    personal: personalSchema.nullish().transform((personal) => personal ?? undefined),
    target_position: text(300),
    professional_summary: text(),
    experience: listOf(experienceSchema),
    education: listOf(educationSchema),
    skills: skillsSchema,
    sections: listOf(sectionSchema),
  }),
  expandJsonResume,
);
export type ResumeRequest = z.output<typeof resumeSchema>;

/** A request with `json_resume` in place of the parts; parts given beside it win. */
function expandJsonResume(body: unknown, context: z.RefinementCtx): unknown {
  if (typeof body !== 'object' || body === null || !('json_resume' in body)) return body;
  const { json_resume, ...rest } = body;
  const parsed = jsonResumeSchema.safeParse(json_resume);
  if (parsed.success) return { ...fromJsonResume(parsed.data), ...rest };
  for (const { path, message } of parsed.error.issues) {
    context.addIssue({ code: 'custom', path: ['json_resume', ...path], message });
  }
  return z.NEVER;
}

/** The variables of a resume template; unknown fields of the request stay available under their own names. */
export function describeResume(request: ResumeRequest, personal: Personal): TemplateData {
  const person = describePerson(personal);
  const summary = request.professional_summary ?? '';
  const skillGroups = describeSkills(request.skills);
  return {
    ...person,
    ...request,
    personal: person,
    contact_line: contactLine(person),
    document_title: [person.full_name, 'Resume'].filter(Boolean).join(' - '),
    target_position: request.target_position ?? '',
    professional_summary: summary,
    professional_summary_paragraphs: linesOf([summary]),
    company: request.company ?? '',
    has_experience: request.experience.length > 0,
    experience: request.experience.map((job) =>
      withHeading({
        ...job,
        ...describeEntry(job),
        ...(job.title?.trim()
          ? { heading: job.title, place: joined([job.company, job.location]) }
          : { heading: job.company ?? '', place: job.location ?? '' }),
      }),
    ),
    has_education: request.education.length > 0,
    education: request.education.map((school) => {
      const degree = joined([school.degree, school.field]);
      const entry = describeEntry(school);
      return withHeading({
        ...school,
        ...entry,
        dates: monthOf(school.graduation_year) || entry.dates,
        ...(degree
          ? { heading: degree, place: joined([school.institution, school.location]) }
          : { heading: school.institution ?? '', place: school.location ?? '' }),
      });
    }),
    sections: request.sections
      .map(({ title, entries, ...section }) => ({
        ...section,
        title: title ?? '',
        entries: entries.map((entry) =>
          withHeading({
            ...entry,
            place: entry.place ?? '',
            ...describeEntry(entry),
            dates: entry.dates || describeDates(entry),
          }),
        ),
      }))
      .filter(({ entries }) => entries.length > 0),
    has_skills: skillGroups.length > 0,
    skill_groups: skillGroups,
  };
}

const SKILL_NAMES: Record<string, string> = { technical: 'Technical', soft: 'Professional' };

function describeSkills(skills: ResumeRequest['skills']) {
  return Object.entries(skills)
    .map(([name, list]) => ({
      name: SKILL_NAMES[name] ?? titleOf(name),
      list: list.filter(Boolean).join(', '),
    }))
    .filter(({ list }) => list !== '');
}

function titleOf(name: string): string {
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
