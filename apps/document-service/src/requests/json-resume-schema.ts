import { z } from 'zod';
import { listOf, text, texts } from './fields.js';

const period = { startDate: text(50), endDate: text(50) };
const name = text(300);
const url = text(2000);

/** jsonresume.org's schema, v1.0.0; what it does not name stays available to templates. */
export const jsonResumeSchema = z.looseObject({
  basics: z
    .looseObject({
      name,
      label: name,
      email: text(320),
      phone: text(100),
      url,
      summary: text(),
      location: z
        .looseObject({
          address: text(500),
          city: text(200),
          region: text(200),
          postalCode: text(20),
          countryCode: text(10),
        })
        .nullish(),
      profiles: listOf(z.looseObject({ network: text(100), username: name, url })),
    })
    .nullish(),
  work: listOf(
    z.looseObject({ ...period, name, position: name, location: name, summary: text(), highlights: texts() }),
  ),
  volunteer: listOf(
    z.looseObject({ ...period, organization: name, position: name, summary: text(), highlights: texts() }),
  ),
  education: listOf(
    z.looseObject({
      ...period,
      institution: name,
      area: name,
      studyType: name,
      score: text(50),
      courses: texts(),
    }),
  ),
  awards: listOf(z.looseObject({ title: name, date: text(50), awarder: name, summary: text() })),
  certificates: listOf(z.looseObject({ name, date: text(50), issuer: name })),
  publications: listOf(z.looseObject({ name, publisher: name, releaseDate: text(50), summary: text() })),
  skills: listOf(z.looseObject({ name: text(100), level: text(100), keywords: texts() })),
  languages: listOf(z.looseObject({ language: text(100), fluency: text(100) })),
  interests: listOf(z.looseObject({ name: text(100), keywords: texts() })),
  references: listOf(z.looseObject({ name, reference: text() })),
  projects: listOf(
    z.looseObject({
      ...period,
      name,
      description: text(),
      entity: name,
      roles: texts(),
      highlights: texts(),
      keywords: texts(),
    }),
  ),
});
export type JsonResume = z.output<typeof jsonResumeSchema>;
