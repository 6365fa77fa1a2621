/** What a resume says about a person: the same for every application, and kept in this browser. */
export interface ResumeContent {
  professional_summary: string;
  experience: Job[];
  education: School[];
  technical: string[];
  soft: string[];
}

export interface Job {
  key: string;
  title: string;
  company: string;
  start_date: string;
  end_date: string;
  description: string;
}

export interface School {
  key: string;
  institution: string;
  degree: string;
  field: string;
  graduation_year: string;
}

export const EMPTY_RESUME: ResumeContent = {
  professional_summary: '',
  experience: [],
  education: [],
  technical: [],
  soft: [],
};

/** Rows are told apart by a key, so that removing one keeps what is typed in the others. */
export const newJob = (): Job => ({
  key: crypto.randomUUID(),
  title: '',
  company: '',
  start_date: '',
  end_date: '',
  description: '',
});

export const newSchool = (): School => ({
  key: crypto.randomUUID(),
  institution: '',
  degree: '',
  field: '',
  graduation_year: '',
});

/** The parts that have something in them: beside an imported resume, these win. */
export function toResumeParts(content: ResumeContent): object {
  const { professional_summary, experience, education, technical, soft } = content;
  return {
    ...(professional_summary.trim() && { professional_summary }),
    ...(experience.length > 0 && { experience: experience.map(withoutKey) }),
    ...(education.length > 0 && { education: education.map(withoutKey) }),
    ...((technical.length > 0 || soft.length > 0) && { skills: { technical, soft } }),
  };
}

function withoutKey<Row extends { key: string }>({ key: _, ...row }: Row) {
  return row;
}
