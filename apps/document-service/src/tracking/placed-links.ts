import type { DocumentLink } from '../rendering/document-links.js';
import { LINK_VARIABLES, type LinkVariable } from '../rendering/link-marks.js';
import type { TemplateData } from '../rendering/template-scope.js';
import type { LinkText } from '../requests/fields.js';
import { describeDestination } from './destination.js';
import { LINK_FUNCTIONS } from './link-functions.js';
import type { TrackedLink } from './link-tracking.service.js';

type Destinations = ReadonlyMap<LinkVariable, URL>;

/**
 * The links that a document can hold: those that its template or a text of its data names. Only these are minted, so
 * that no link is counted that nobody was ever sent.
 */
export function namedLinks(inTemplate: readonly LinkVariable[], data: TemplateData): LinkVariable[] {
  const texts = JSON.stringify(data);
  return LINK_VARIABLES.filter((variable) => inTemplate.includes(variable) || TAGS[variable].test(texts));
}

const tagOf = (variable: LinkVariable) => new RegExp(`(?:\\{\\{|<<)[^{}<>]*${variable}`);

/** In either way of writing tags; JSON itself never opens two braces. */
const TAGS: Record<LinkVariable, RegExp> = {
  calendly_url: tagOf('calendly_url'),
  linkedin_url: tagOf('linkedin_url'),
  portfolio_url: tagOf('portfolio_url'),
};

export function only(destinations: Destinations, variables: readonly LinkVariable[]): Destinations {
  return new Map([...destinations].filter(([variable]) => variables.includes(variable)));
}

/** Where each link leads and what it shows: the tracked URL where there is one, the page itself elsewhere. */
export function linksToPlace(
  destinations: Destinations,
  tracked: ReadonlyMap<LinkVariable, TrackedLink>,
  shown: LinkText,
): Partial<Record<LinkVariable, DocumentLink>> {
  const links: Partial<Record<LinkVariable, DocumentLink>> = {};
  for (const [variable, destination] of destinations) {
    const url = tracked.get(variable)?.tracked?.redirectUrl ?? destination.href;
    const texts: Record<LinkText, string> = {
      destination: describeDestination(destination),
      tracked: url,
      label: LINK_FUNCTIONS[variable].label,
    };
    links[variable] = { url, text: texts[shown] };
  }
  return links;
}
