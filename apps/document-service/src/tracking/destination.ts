/** Longest URL a link may lead to, characters (the width of `link_tracking.original_url`). */
const MAX_URL_LENGTH = 2000;
const SHOWN_LENGTH = 80;

/**
 * A web address that may stand behind a link, or undefined. People leave out the scheme (`linkedin.com/in/x`);
 * other schemes, control characters and a user:password part are refused. Link-service judges the rest.
 */
export function parseDestination(text: string): URL | undefined {
  const trimmed = text.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (trimmed === '' || /[\u0000-\u0020\u007f]/.test(trimmed)) return undefined;
  const withScheme = /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(trimmed) ? trimmed : `https://${trimmed}`;
  const url = URL.parse(withScheme);
  if (!url || !['http:', 'https:'].includes(url.protocol)) return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  const isHost = url.hostname.includes('.') || url.hostname === 'localhost' || url.hostname.startsWith('[');
  return isHost && url.href.length <= MAX_URL_LENGTH ? url : undefined;
}

/** Host and path as a reader would write them: `linkedin.com/in/jordan-avery`. */
export function describeDestination(url: URL): string {
  const shown = url.host.replace(/^www\./, '') + url.pathname.replace(/\/$/, '');
  return shown.length > SHOWN_LENGTH ? `${shown.slice(0, SHOWN_LENGTH - 1)}…` : shown;
}
