import { METHODS, type Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { TrackHandler } from './track-handler.js';

const PREFIX = '/track';
/** A path of ours that is no link. */
const HEALTH = 'health';

/**
 * Gives every path and method below `/track/` to `handle`, but for `/track/health`. On the main server requests reach
 * it before Fastify, so that addresses and methods which Fastify would refuse by itself are answered with a page too.
 * Where a host name has a second address, such as ::1 for localhost, Fastify opens a server of its own for it: that
 * one goes by the route.
 */
export function registerTrackRoute(fastify: FastifyInstance, handle: TrackHandler): void {
  serveFirst(fastify.server, handle);
  for (const method of METHODS) {
    if (method !== 'CONNECT' && !fastify.supportedMethods.includes(method)) {
      fastify.addHttpMethod(method, { hasBody: true });
    }
  }
  void fastify.register(async (scope) => {
    // Bodies are none of our business: whatever comes is left unread.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    const method = METHODS.filter((name) => fastify.supportedMethods.includes(name));
    for (const url of [PREFIX, `${PREFIX}/*`]) {
      scope.route({
        method,
        url,
        exposeHeadRoute: false,
        handler: ({ raw }, reply) => {
          reply.hijack();
          handle(raw, reply.raw, trackedPath(raw.url ?? '') ?? '');
        },
      });
    }
  });
}

function serveFirst(server: Server, handle: TrackHandler): void {
  const others = server.listeners('request');
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const path = trackedPath(request.url ?? '');
    if (path !== undefined && path !== HEALTH) return handle(request, response, path);
    for (const listener of others) listener.call(server, request, response);
  });
}

/** What stands behind `/track/`, decoded where it can be; undefined for another address. */
export function trackedPath(url: string): string | undefined {
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
