import type { IncomingHttpHeaders } from 'node:http';

/** How a request to a known link is answered. The order of the rules matters: the first match wins. */
export type RequestKind = 'options' | 'preflight' | 'probe' | 'method_not_allowed' | 'prefetch' | 'redirect';

/**
 * Office fetches a link itself before it hands it to the browser: a redirect would send the browser past the
 * tracker, an error would keep it from opening. LibreOffice's open dispatch and WebDAV clients do the same.
 */
const OFFICE_AGENT =
  /ms-office|msoffice|microsoft office|microsoft-webdav|webdav-miniredir|davclnt|libreoffice|openoffice/i;
/** The engine that older Office versions fetch with. */
const OFFICE_ENGINE = /MSIE 7\.0.*Trident/;
const SPECULATIVE = /prefetch|prerender|preview/i;

export function kindOf(method: string, headers: IncomingHttpHeaders): RequestKind {
  if (method === 'OPTIONS') return 'options';
  if (isOfficeAgent(headers['user-agent'])) return 'preflight';
  if (method === 'HEAD') return 'probe';
  if (method !== 'GET') return 'method_not_allowed';
  return isSpeculative(headers) ? 'prefetch' : 'redirect';
}

export function isOfficeAgent(agent: string | undefined): boolean {
  return agent !== undefined && (OFFICE_AGENT.test(agent) || OFFICE_ENGINE.test(agent));
}

/** Loaded by a browser on the chance that a person will go there; the real navigation comes again. */
function isSpeculative(headers: IncomingHttpHeaders): boolean {
  return (
    matches(headers['sec-purpose']) ||
    matches(headers.purpose) ||
    matches(headers['x-purpose']) ||
    matches(headers['x-moz'])
  );
}

function matches(value: string | string[] | undefined): boolean {
  return value !== undefined && SPECULATIVE.test(String(value));
}
