import type { IncomingMessage } from 'node:http';

export const TRACK_PREFIX = '/track/';
/** A path that is no link, for what cannot be a path at all. */
const JUNK_PATH = `${TRACK_PREFIX}-`;

/**
 * Fastify answers an address that cannot be decoded (`/track/%zz`) by itself, before any route or hook, in its own
 * words. A visitor gets the page for unknown links instead: the address is replaced by one that is none.
 */
export function repairTrackPath(request: IncomingMessage): void {
  const { url } = request;
  if (!url?.startsWith(TRACK_PREFIX) || !url.includes('%')) return;
  const end = url.search(/[?#]/);
  try {
    decodeURIComponent(end === -1 ? url : url.slice(0, end));
  } catch {
    request.url = JUNK_PATH;
  }
}
