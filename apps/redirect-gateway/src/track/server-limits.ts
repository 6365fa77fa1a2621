import type { Server, ServerOptions } from 'node:http';
import type { Duplex } from 'node:stream';
import type { RedirectGatewayConfig } from '../config.js';
import { BAD_REQUEST, type Page, TOO_LARGE, TOO_SLOW } from './pages.js';

/**
 * For a process that only redirects: a request without a body is one from the start, and has no end to wait for. Nothing
 * that streams answers until its request closes can live beside it. A tenth of the processor time of a redirect.
 */
export const REDIRECT_SERVER: ServerOptions = { optimizeEmptyRequests: true };

/**
 * Bounds what one client can take from the process. Node looks for slow requests every few seconds, so that their
 * connections end up to that much later.
 */
export function limitServer(server: Server, config: RedirectGatewayConfig, onDrop: () => void): void {
  server.maxConnections = config.MAX_CONNECTIONS;
  server.maxRequestsPerSocket = config.MAX_REQUESTS_PER_CONNECTION;
  server.keepAliveTimeout = config.KEEP_ALIVE_SECONDS * 1_000;
  server.headersTimeout = config.REQUEST_HEADERS_SECONDS * 1_000;
  server.requestTimeout = Math.max(config.REQUEST_SECONDS, config.REQUEST_HEADERS_SECONDS) * 1_000;
  Object.assign(server, { maxHeaderSize: config.MAX_HEADER_BYTES });
  server.on('drop', onDrop);
  server.removeAllListeners('clientError');
  server.on('clientError', refuse);
}

/** Answers what never became a request: there is no telling whether it was meant for a link, and people read pages. */
function refuse({ code }: NodeJS.ErrnoException, socket: Duplex): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const page = pageFor(code);
  const head = Object.entries({ ...page.headers, connection: 'close' }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  socket.end(`HTTP/1.1 ${page.status} ${page.reason}\r\n${head.join('\r\n')}\r\n\r\n${page.body}`);
}

function pageFor(code: string | undefined): Page & { reason: string } {
  if (code === 'HPE_HEADER_OVERFLOW') return { ...TOO_LARGE, reason: 'Request Header Fields Too Large' };
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return { ...TOO_SLOW, reason: 'Request Timeout' };
  return { ...BAD_REQUEST, reason: 'Bad Request' };
}
