import { z } from 'zod';
import { LINK_VARIABLES, type LinkVariable } from '../rendering/link-marks.js';
import { isRightToLeft } from '../rendering/right-to-left.js';
import type { TemplateData } from '../rendering/template-scope.js';
import { text } from './fields.js';

/** `personal`, also as `GET /api/candidates/:user_id` answers it. */
export const personalSchema = z.looseObject({
  full_name: text(300),
  name: text(300),
  first_name: text(200),
  last_name: text(200),
  email: text(320),
  phone: text(100),
  phone_number: text(100),
  address: text(1000),
  mailing_address: text(1000),
  location: text(1000),
  user_id: text(100),
  linkedin: text(2000),
  portfolio: text(2000),
  website: text(2000),
  calendly: text(2000),
  // Null is told from absent here: "this person has none" against "look in the profile".
  calendly_url: z.string().max(2000).nullish(),
  linkedin_url: z.string().max(2000).nullish(),
  portfolio_url: z.string().max(2000).nullish(),
});
export type Personal = z.output<typeof personalSchema>;

const LINK_ALIASES: Record<LinkVariable, ('calendly' | 'linkedin' | 'portfolio' | 'website')[]> = {
  calendly_url: ['calendly'],
  linkedin_url: ['linkedin'],
  portfolio_url: ['portfolio', 'website'],
};

/** The person as templates name them; what is not given is an empty text, so that no tag is unknown. */
export function describePerson(personal: Personal): TemplateData & { full_name: string } {
  const composed = [personal.first_name, personal.last_name].filter(Boolean).join(' ');
  return {
    ...personal,
    full_name: firstGiven(personal.full_name, personal.name, composed),
    first_name: personal.first_name ?? '',
    last_name: personal.last_name ?? '',
    email: personal.email ?? '',
    phone: firstGiven(personal.phone, personal.phone_number),
    phone_number: firstGiven(personal.phone_number, personal.phone),
    address: firstGiven(personal.address, personal.mailing_address, personal.location),
    mailing_address: firstGiven(personal.mailing_address, personal.address, personal.location),
    linkedin: firstGiven(personal.linkedin, personal.linkedin_url),
    website: firstGiven(personal.website, personal.portfolio_url),
    portfolio: firstGiven(personal.portfolio, personal.portfolio_url),
  };
}

/** Address, phone and mail on one line. */
export function contactLine(person: TemplateData): string {
  const parts = [person.address, person.phone, person.email]
    .flatMap((part) => (typeof part === 'string' ? [part.trim().replace(/\s*\n\s*/g, ', ')] : []))
    .filter(Boolean);
  if (!parts.some(isRightToLeft)) return parts.join(' | ');
  // Beside Arabic letters the digits of a telephone number would change places.
  return parts.map((part) => (isRightToLeft(part) ? part : LEFT_TO_RIGHT_MARK + part)).join(' | ');
}

/** URLs the request itself gives. Null: the person has none, whatever a profile says; absent: look in the profile. */
export function givenUrls(personal: Personal): Partial<Record<LinkVariable, string | null>> {
  const given: Partial<Record<LinkVariable, string | null>> = {};
  for (const variable of LINK_VARIABLES) {
    const alias = LINK_ALIASES[variable].map((name) => personal[name]?.trim()).find(Boolean);
    const own = personal[variable];
    const url = own?.trim() || alias;
    if (url) given[variable] = url;
    else if (own !== undefined) given[variable] = null;
  }
  return given;
}

const LEFT_TO_RIGHT_MARK = '\u200E';

function firstGiven(...values: (string | null | undefined)[]): string {
  return values.find((value) => value?.trim()) ?? '';
}
