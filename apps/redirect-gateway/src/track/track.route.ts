import type { Server } from 'node:http';
import type { TrackHandler } from './track-handler.js';

const PREFIX = '/track';
/** A path of ours that is no link. */
const HEALTH = 'health';

/**
 * Gives every path and method below `/track/` to `handle`, but for `/track/health`. Requests reach it before Fastify, so
 * that addresses and methods which Fastify would refuse by itself are answered with a page too.
 */
export function serveTracked(server: Server, handle: TrackHandler): void {
  const others = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const path = trackedPath(request.url ?? '');
    // While it closes: who keeps the connection would find it gone when they ask again.
    if (!server.listening) response.shouldKeepAlive = false;
    if (path !== undefined && path !== HEALTH) return handle(request, response, path);
    for (const listener of others) listener.call(server, request, response);
  });
}

/** What stands behind `/track/`, decoded where it can be; undefined for another address. */
function trackedPath(url: string): string | undefined {
  if (!url.startsWith(PREFIX)) return undefined;
  const end = url.search(/[?#]/);
  const path = end === -1 ? url : url.slice(0, end);
  if (path === PREFIX) return '';
  if (path[PREFIX.length] !== '/') return undefined;
  const below = path.slice(PREFIX.length + 1);
  try {
    return below.includes('%') ? decodeURIComponent(below) : below;
  } catch {
    return below;
  }
}
