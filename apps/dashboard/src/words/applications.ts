import type { Application, Outcome } from '../api/applications.js';

export const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  none: 'Nothing yet',
  rejected: 'Rejected',
  interview: 'Interview',
  offer: 'Offer',
  accepted: 'Accepted',
  withdrawn: 'Withdrawn',
};

/** Whether it still may come to something, or has. */
export const OUTCOME_COLORS: Readonly<Record<Outcome, string>> = {
  none: 'gray',
  rejected: 'gray',
  interview: 'moss',
  offer: 'moss',
  accepted: 'moss',
  withdrawn: 'gray',
};

type Named = Pick<Application, 'application_id' | 'company' | 'title'>;

/** `Marketing Manager at Tech Corp`, or as much of it as is known. */
export function nameApplication({ application_id, company, title }: Named): string {
  if (title && company) return `${title} at ${company}`;
  return title ?? company ?? application_id;
}
