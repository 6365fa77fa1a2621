import type { JsonResume } from './json-resume-schema.js';
import { sectionsOf } from './json-resume-sections.js';
import { datesOf, withDetail } from './json-resume-words.js';

/** Says a JSON Resume in the words of a resume request. */
export function fromJsonResume(resume: JsonResume) {
  const { basics, work, education, skills } = resume;
  return {
    personal: personOf(basics),
    target_position: basics?.label,
    professional_summary: basics?.summary,
    experience: work.map((job) => ({
      ...job,
      title: job.position,
      company: job.name,
      ...datesOf(job),
      description: job.summary,
    })),
    education: education.map((school) => ({
      ...school,
      degree: school.studyType,
      field: school.area,
      ...datesOf(school),
      description: school.score && `Score: ${school.score}`,
      highlights: school.courses,
    })),
    skills: groupSkills(skills),
    sections: sectionsOf(resume).filter(({ entries }) => entries.length > 0),
  };
}

function personOf(basics: JsonResume['basics']) {
  const { address, city, region, postalCode, countryCode } = basics?.location ?? {};
  const findUrl = (network: string) =>
    basics?.profiles.find((profile) => profile.network?.toLowerCase() === network)?.url;
  const linkedinName = basics?.profiles.find(
    ({ network }) => network?.toLowerCase() === 'linkedin',
  )?.username;
  return {
    ...basics,
    full_name: basics?.name,
    address: [address, city, region, postalCode, countryCode].filter(Boolean).join(', '),
    linkedin: findUrl('linkedin') ?? (linkedinName && `https://linkedin.com/in/${linkedinName}`),
    calendly: findUrl('calendly'),
    website: basics?.url,
    location: undefined,
  };
}

/** Skills by group; groups of one name become one. */
function groupSkills(skills: JsonResume['skills']): Record<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { name: group = '', level, keywords } of skills) {
    const key = keywords.length > 0 ? withDetail(group, level) : '';
    const listedSkills = keywords.length > 0 ? keywords : [withDetail(group, level)];
    groups.set(key, [...(groups.get(key) ?? []), ...listedSkills]);
  }
  return Object.fromEntries(groups);
}
