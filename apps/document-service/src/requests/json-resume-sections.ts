import type { JsonResume } from './json-resume-schema.js';
import { datesOf, listed, named, withDetail } from './json-resume-words.js';
import { monthOf } from './months.js';

/** Parts that a resume shows after the usual four, each under its own heading. */
export function sectionsOf(resume: JsonResume) {
  const elsewhere = (resume.basics?.profiles ?? []).filter(
    ({ network }) => !['linkedin', 'calendly'].includes(network?.toLowerCase() ?? ''),
  );
  return [
    {
      title: 'Projects',
      entries: resume.projects.map((project) => ({
        ...project,
        heading: project.name,
        place: listed([...project.roles, project.entity]),
        ...datesOf(project),
        highlights: [...project.highlights, listed(project.keywords)],
      })),
    },
    {
      title: 'Volunteering',
      entries: resume.volunteer.map((work) => ({
        ...work,
        heading: work.position ?? work.organization,
        place: work.position && work.organization,
        ...datesOf(work),
        description: work.summary,
      })),
    },
    {
      title: 'Awards',
      entries: resume.awards.map((award) => ({
        ...award,
        heading: award.title,
        place: award.awarder,
        dates: monthOf(award.date),
        description: award.summary,
      })),
    },
    {
      title: 'Certificates',
      entries: resume.certificates.map((certificate) => ({
        ...certificate,
        heading: certificate.name,
        place: certificate.issuer,
        dates: monthOf(certificate.date),
      })),
    },
    {
      title: 'Publications',
      entries: resume.publications.map((publication) => ({
        ...publication,
        heading: publication.name,
        place: publication.publisher,
        dates: monthOf(publication.releaseDate),
        description: publication.summary,
      })),
    },
    lines(
      'Languages',
      resume.languages.map(({ language, fluency }) => withDetail(language, fluency)),
    ),
    lines(
      'Interests',
      resume.interests.map((interest) => named(interest.name, listed(interest.keywords))),
    ),
    lines(
      'Profiles',
      elsewhere.map((profile) => named(profile.network, profile.url ?? profile.username)),
    ),
    {
      title: 'References',
      entries: resume.references.map((reference) => ({
        ...reference,
        heading: reference.name,
        description: reference.reference,
      })),
    },
  ];
}

/** A section of short lines without headings of their own. */
function lines(title: string, texts: string[]) {
  const description = texts.filter(Boolean).join('\n');
  return { title, entries: description ? [{ description }] : [] };
}
