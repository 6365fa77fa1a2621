import type { Candidate } from '../candidates/candidate.entity.js';
import { LINK_VARIABLES, type LinkVariable } from '../rendering/link-marks.js';
import type { DocumentWarning } from '../rendering/render-warnings.js';
import { parseDestination } from './destination.js';
import { LINK_FUNCTIONS } from './link-functions.js';

export interface LinkSources {
  /** Destinations by variable, in the order of {@link LINK_VARIABLES}. */
  destinations: Map<LinkVariable, URL>;
  warnings: (DocumentWarning & { variable: LinkVariable })[];
}

/**
 * Where each link of a document leads: what the request gives, else the profile of the document's user. A null in
 * the request means that the person has none. One person's profile never fills in for another's.
 */
export function findLinkSources(
  given: Partial<Record<LinkVariable, string | null>>,
  profile: Candidate | null,
): LinkSources {
  const sources: LinkSources = { destinations: new Map(), warnings: [] };
  for (const variable of LINK_VARIABLES) {
    const configured = given[variable] === undefined ? profile?.[variable] : given[variable];
    const label = LINK_FUNCTIONS[variable].name;
    if (!configured?.trim()) {
      const message = `No ${label} URL is configured; the document goes without that link.`;
      sources.warnings.push({ code: 'url_not_configured', variable, message });
      continue;
    }
    const destination = parseDestination(configured);
    if (destination) {
      sources.destinations.set(variable, destination);
      continue;
    }
    const message = `The ${label} URL is not an http or https address; the document goes without that link.`;
    sources.warnings.push({ code: 'invalid_url', variable, message });
  }
  return sources;
}
