import { z } from 'zod';
import { listOf, text, texts } from './fields.js';

const profile = z.looseObject({ network: text(100), url: text(2000) });
const dates = { startDate: text(50), endDate: text(50) };

/** The parts of jsonresume.org's schema (v1.0.0) that resumes here show. */
export const jsonResumeSchema = z.looseObject({
  basics: z
    .looseObject({
      name: text(300),
      label: text(300),
      email: text(320),
      phone: text(100),
      url: text(2000),
      summary: text(),
      location: z
        .looseObject({ address: text(500), city: text(200), region: text(200), countryCode: text(10) })
        .nullish(),
      profiles: listOf(profile),
    })
    .nullish(),
  work: listOf(
    z.looseObject({
      ...dates,
      name: text(300),
      position: text(300),
      location: text(300),
      summary: text(),
      highlights: texts(),
    }),
  ),
  education: listOf(
    z.looseObject({
      ...dates,
      institution: text(300),
      area: text(300),
      studyType: text(300),
      courses: texts(),
    }),
  ),
  skills: listOf(z.looseObject({ name: text(100), keywords: texts() })),
});

/** Says a JSON Resume in the words of a resume request. */
export function fromJsonResume({ basics, work, education, skills }: z.output<typeof jsonResumeSchema>) {
  const { address, city, region, countryCode } = basics?.location ?? {};
  const linkedin = basics?.profiles.find(({ network }) => network?.toLowerCase() === 'linkedin')?.url;
  return {
    personal: {
      full_name: basics?.name,
      email: basics?.email,
      phone: basics?.phone,
      address: [address, city, region, countryCode].filter(Boolean).join(', '),
      linkedin,
      website: basics?.url,
    },
    target_position: basics?.label,
    professional_summary: basics?.summary,
    experience: work.map((job) => ({
      title: job.position,
      company: job.name,
      location: job.location,
      start_date: job.startDate,
      end_date: job.endDate,
      description: job.summary,
      highlights: job.highlights,
    })),
    education: education.map((school) => ({
      institution: school.institution,
      degree: school.studyType,
      field: school.area,
      start_date: school.startDate,
      end_date: school.endDate,
      highlights: school.courses,
    })),
    skills: Object.fromEntries(
      skills.map(({ name, keywords }) =>
        keywords.length > 0 ? [name ?? '', keywords] : [name ?? '', [name ?? '']],
      ),
    ),
  };
}
