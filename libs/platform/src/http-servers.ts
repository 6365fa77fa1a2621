import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';

declare module 'fastify' {
  interface FastifyInstance {
    /** The servers behind it, see {@link HttpServers}. */
    servers: HttpServers;
  }
}

/** Longest a request's headers may take to arrive, ms; beyond, 408 and the end of the connection. */
const HEADERS_TIMEOUT_MS = 10_000;
/** The same of a whole request, body included: enough for the largest template over a slow line. */
const REQUEST_TIMEOUT_MS = 120_000;

/** What Fastify sets on a server that it makes itself. */
interface FastifyTimeouts {
  keepAliveTimeout: number;
  connectionTimeout: number;
}

/**
 * The servers of one Fastify. Where a host name has several addresses, as localhost has 127.0.0.1 and ::1, Fastify
 * opens one for each, the later ones only as it begins to listen.
 */
export class HttpServers {
  private readonly servers: Server[] = [];
  private readonly preparations: ((server: Server) => void)[] = [];

  constructor(private readonly options: ServerOptions) {}

  /** Does something to every server, also to those that are yet to come. */
  prepare(preparation: (server: Server) => void): void {
    this.preparations.push(preparation);
    for (const server of this.servers) preparation(server);
  }

  /** For Fastify's `serverFactory`. */
  readonly create = (handler: RequestListener, timeouts: Partial<FastifyTimeouts>): Server => {
    const server = createServer(this.options, handler);
    const { keepAliveTimeout = 72_000, connectionTimeout = 0 } = timeouts;
    // Not Fastify's `requestTimeout`, which is 0: a body that never ends would hold its connection for ever.
    const { headersTimeout = HEADERS_TIMEOUT_MS, requestTimeout = REQUEST_TIMEOUT_MS } = this.options;
    Object.assign(server, { keepAliveTimeout, headersTimeout, requestTimeout });
    server.setTimeout(connectionTimeout);
    this.servers.push(server);
    for (const preparation of this.preparations) preparation(server);
    return server;
  };
}
