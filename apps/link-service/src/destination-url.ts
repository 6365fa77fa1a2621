import { isReservedHost, withoutTrailingDots } from '#platform';
import { InvalidUrlError } from './links.errors.js';

/** The longest destination, in characters, as given and as stored. */
export const MAX_DESTINATION_LENGTH = 2000;

export interface DestinationRules {
  /** True in tests only: hosts of the own machine or network may be linked to. */
  allowPrivateDestinations: boolean;
  /** Where tracked links live; a destination below it would lead back to the gateway. */
  baseRedirectUrl: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/**
 * The one gate for destinations: what passes is stored, and redirected to byte-true, as `new URL(input).href`.
 *
 * Throws {@link InvalidUrlError} with one sentence saying what to do. The URL is never fetched or resolved: a
 * public name that points to a private address passes, and leads only where the visitor's own browser can go.
 */
export function parseDestinationUrl(input: string, rules: DestinationRules): string {
  if (input.length > MAX_DESTINATION_LENGTH) throw tooLong();
  // The URL parser silently drops tabs and line breaks: `java\nscript:` and header splitting hide there.
  if (CONTROL_CHARACTER.test(input) || !input.isWellFormed()) {
    throw new InvalidUrlError('Remove control characters and line breaks from the URL.');
  }
  const url = URL.parse(input);
  if (!url) throw new InvalidUrlError('Give a complete URL such as https://calendly.com/your-name/30min.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new InvalidUrlError('Use a URL that starts with https:// or http://.');
  }
  if (url.username || url.password) {
    throw new InvalidUrlError('Remove the user name and password before the @ in the URL.');
  }
  if (!withoutTrailingDots(url.hostname)) throw new InvalidUrlError('Give the URL a host name.');
  if (!rules.allowPrivateDestinations && isReservedHost(url.hostname)) {
    throw new InvalidUrlError(
      'Use a URL on a public host; private, local and reserved addresses are refused.',
    );
  }
  if (leadsBackToUs(url, rules.baseRedirectUrl)) {
    throw new InvalidUrlError('Use the real page as destination, not another tracked link.');
  }
  if (url.href.length > MAX_DESTINATION_LENGTH) throw tooLong();
  return url.href;
}

function tooLong(): InvalidUrlError {
  return new InvalidUrlError(`Shorten the URL to at most ${MAX_DESTINATION_LENGTH} characters.`);
}

/** A tracked link to a tracked link would count one visit twice, and to itself would never end. */
function leadsBackToUs(url: URL, baseRedirectUrl: string): boolean {
  const base = new URL(baseRedirectUrl);
  if (withoutTrailingDots(url.hostname) !== withoutTrailingDots(base.hostname)) return false;
  if (portOf(url) !== portOf(base)) return false;
  const prefix = base.pathname.replace(/\/+$/, '');
  const path = decodePath(url.pathname);
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** The default ports of http and https count as one: behind an edge both reach the same gateway. */
function portOf(url: URL): string {
  return url.port === '80' || url.port === '443' ? '' : url.port;
}

function decodePath(pathname: string): string {
  const singleSlashes = pathname.replace(/\/{2,}/g, '/');
  try {
    return decodeURIComponent(singleSlashes).replace(/\/{2,}/g, '/');
  } catch {
    return singleSlashes;
  }
}
