import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';

declare module 'fastify' {
  interface FastifyInstance {
    /** The servers behind it, see {@link HttpServers}. */
    servers: HttpServers;
  }
}

/** What Fastify sets on a server that it makes itself. */
interface FastifyTimeouts {
  keepAliveTimeout: number;
  requestTimeout: number;
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
    const { keepAliveTimeout = 72_000, requestTimeout = 0, connectionTimeout = 0 } = timeouts;
    Object.assign(server, { keepAliveTimeout, requestTimeout });
    server.setTimeout(connectionTimeout);
    this.servers.push(server);
    for (const preparation of this.preparations) preparation(server);
    return server;
  };
}
