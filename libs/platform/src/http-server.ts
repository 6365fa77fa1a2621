import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerOptions, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { FastifyAdapter, RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { HttpServers } from './http-servers.js';
import { acceptRequestId } from './request-context.js';
import { SECURITY_HEADERS } from './security-headers.js';

/** Largest JSON body any call takes, bytes; single calls may set a lower bound. */
const BODY_LIMIT_BYTES = 2 * 1024 * 1024;

/** How long a connection may carry nothing at all while a request is answered, ms: readers that stopped reading. */
const SILENCE_MS = 120_000;

/** How often connections are looked through for requests that take too long to arrive, ms; Node's own is 30 s. */
const SLOW_CHECK_MS = 2_000;

/** How often a closing server looks for connections whose last request has been answered, ms. */
const IDLE_CHECK_MS = 50;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** See {@link RawBody}. */
    isRaw?: boolean;
  }
}

/** Marks a handler whose body is the JSON's bytes as they came, unparsed: a signature speaks of those. */
export const RawBody = () => RouteConfig({ isRaw: true });

/**
 * Fastify as every service uses it. Request ids are taken from `X-Request-Id` when harmless. Bodies are JSON and
 * nothing else; an empty one reaches the handler as `undefined`, so that each call can say what it expected.
 */
export function createHttpAdapter(http: ServerOptions = {}): FastifyAdapter {
  const servers = new HttpServers({ connectionsCheckingInterval: SLOW_CHECK_MS, ...http });
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    serverFactory: servers.create,
    forceCloseConnections: 'idle',
    // What comes over a connection that is still open while the server closes is served like anything else.
    return503OnClosing: false,
    genReqId: (request: IncomingMessage) => acceptRequestId(request.headers['x-request-id']),
    routerOptions: { maxParamLength: 512 },
    frameworkErrors: answerBadAddress,
    clientErrorHandler: refuseUnreadable,
    connectionTimeout: SILENCE_MS,
  });
  const fastify = adapter.getInstance();
  fastify.decorate('servers', servers);
  const open = new Map<Server, ReadonlySet<Socket>>();
  servers.prepare((server) => open.set(server, trackConnections(server)));
  fastify.addHook('preClose', async () => {
    for (const [server, connections] of open) closeConnectionsAsTheyFallIdle(server, connections);
  });
  // A key that would poison prototypes goes without its request: one hostile event must not cost a batch.
  const parseJson = fastify.getDefaultJsonParser('remove', 'remove');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: unknown) => void) => {
      if (request.routeOptions.config.isRaw) return done(null, body);
      const text = body.toString();
      if (text.trim() === '') done(null, undefined);
      else void parseJson(request, text, done);
    },
  );
  return adapter;
}

/** Addresses that Fastify refuses before any route, and so before the filter, answers in the same shape. */
function answerBadAddress({ code }: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const tooLong = code === 'FST_ERR_MAX_PARAM_LENGTH';
  reply
    .headers(SECURITY_HEADERS)
    .status(tooLong ? 404 : 400)
    .send({
      success: false,
      error: tooLong ? 'There is nothing at this address.' : 'The address is not a valid URL.',
      code: tooLong ? 'unknown_route' : 'invalid_address',
      details: [],
      request_id: request.id,
    });
}

const UNREADABLE = {
  HPE_HEADER_OVERFLOW: [
    431,
    'headers_too_large',
    'The address and headers together are larger than is accepted.',
  ],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'request_too_slow', 'The request took too long to arrive.'],
} as const;

/** Answers what never became a request, in the same shape, and hangs up. */
function refuseUnreadable({ code }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, name, error] = UNREADABLE[code as keyof typeof UNREADABLE] ?? [
    400,
    'invalid_http',
    'That is no HTTP request.',
  ];
  const body = JSON.stringify({ success: false, error, code: name, details: [], request_id: randomUUID() });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`,
  );
}

/** Connections that are open now. */
function trackConnections(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}

/**
 * Closing drops the connections that are idle at that moment; one with a request in flight would then stay open
 * for its whole keep-alive time (72 s in Fastify), and the stop with it. One on which nothing was ever asked, as
 * browsers and proxies open ahead of need, counts as idle nowhere in Node.
 */
function closeConnectionsAsTheyFallIdle(server: Server, open: ReadonlySet<Socket>): void {
  const close = () => {
    server.closeIdleConnections();
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
  };
  const timer = setInterval(close, IDLE_CHECK_MS);
  timer.unref();
  server.once('close', () => clearInterval(timer));
}
