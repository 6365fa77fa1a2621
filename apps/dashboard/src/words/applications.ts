import type { Application, ApplicationDetails, Outcome } from '../api/applications.js';
import { sayFunction } from './clicks.js';
import { sayMany } from './numbers.js';

export const OUTCOME_NAMES: Readonly<Record<Outcome, string>> = {
  none: 'Nothing yet',
  rejected: 'Rejected',
  interview: 'Interview',
  offer: 'Offer',
  accepted: 'Accepted',
  withdrawn: 'Withdrawn',
};

type Named = Pick<Application, 'application_id' | 'company' | 'title'>;

/** `Marketing Manager at Tech Corp`, or as much of it as is known. */
export function nameApplication({ application_id, company, title }: Named): string {
  if (title && company) return `${title} at ${company}`;
  return title ?? company ?? application_id;
}

const lists = new Intl.ListFormat('en');

/** `5 people clicked Calendly for Marketing Manager at Tech Corp.` */
export function sayInterest(application: ApplicationDetails): string {
  const clicked = application.functions.filter(({ human_clicks }) => human_clicks > 0);
  const name = nameApplication(application);
  if (clicked.length === 0) return `Nobody has clicked a link for ${name} yet.`;
  const names = lists.format(clicked.map(({ link_function }) => sayFunction(link_function)));
  const people = sayMany(Math.max(1, application.people), 'person', 'people');
  return `${people} clicked ${names} for ${name}.`;
}
