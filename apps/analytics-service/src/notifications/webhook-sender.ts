import { lookup as resolveName } from 'node:dns';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { isReservedAddress } from '#platform';
import { cleanText } from '../ingest/text-column.js';
import { readRetryAfterMs } from './retry-schedule.js';

/** Time for name, connection, request and the head of the answer together. */
const TIMEOUT_MS = 15_000;
/** Time for as much of the body as the log keeps. */
const BODY_TIMEOUT_MS = 1_000;
const EXCERPT_BYTES = 1_000;

export interface Outgoing {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/** What became of an attempt: a status, or an error when there was no answer. */
export interface Outcome {
  /** Answered with 2xx. */
  ok: boolean;
  status?: number;
  /** The beginning of the answer's body. */
  response?: string;
  error?: string;
  duration_ms: number;
  retryAfterMs?: number | undefined;
}

export interface SenderOptions {
  /** Addresses that are never connected to; none with `ALLOW_PRIVATE_WEBHOOKS`. */
  isRefused?: (address: string) => boolean;
  resolve?: typeof resolveName;
  timeoutMs?: number;
}

class RefusedAddressError extends Error {}

/**
 * Posts to receivers that strangers have named. A name is resolved once for each attempt, every address that it has is
 * looked at, and the connection goes to those very addresses: a name server that answers differently the second time
 * is not asked. No redirect is followed, no connection is used twice, no proxy is used.
 */
export class WebhookSender {
  private readonly isRefused: (address: string) => boolean;
  private readonly resolve: typeof resolveName;
  private readonly timeoutMs: number;

  constructor({
    isRefused = isReservedAddress,
    resolve = resolveName,
    timeoutMs = TIMEOUT_MS,
  }: SenderOptions = {}) {
    this.isRefused = isRefused;
    this.resolve = resolve;
    this.timeoutMs = timeoutMs;
  }

  /** Never rejects but when `signal` aborts. */
  async send(outgoing: Outgoing, signal: AbortSignal): Promise<Outcome> {
    const startedAt = performance.now();
    const outcome = await this.post(outgoing, signal).catch((error: Error) => {
      signal.throwIfAborted();
      return { ok: false, error: describe(error, this.timeoutMs) };
    });
    return { ...outcome, duration_ms: Math.round(performance.now() - startedAt) };
  }

  private async post(
    { url, headers, body }: Outgoing,
    stop: AbortSignal,
  ): Promise<Omit<Outcome, 'duration_ms'>> {
    const target = new URL(url);
    const host = target.hostname.replace(/^\[|\]$/g, '');
    // An address in place of a name is connected to without a lookup.
    if (isIP(host) !== 0 && this.isRefused(host)) throw new RefusedAddressError();
    const signal = AbortSignal.any([stop, AbortSignal.timeout(this.timeoutMs)]);
    const request = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        method: 'POST',
        headers: lengthen(headers, body),
        lookup: this.lookup,
        agent: false,
        signal,
      };
      request(target, options, resolve).on('error', reject).end(body);
    });
    const { statusCode: status = 0 } = response;
    return {
      ok: status >= 200 && status < 300,
      status,
      response: await readExcerpt(response),
      retryAfterMs: readRetryAfterMs(response.headers['retry-after']),
    };
  }

  private readonly lookup: LookupFunction = (hostname, options, callback) => {
    this.resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const [first] = addresses;
      if (!first || addresses.some(({ address }) => this.isRefused(address))) {
        return callback(new RefusedAddressError(), []);
      }
      return options.all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}

function lengthen(headers: Outgoing['headers'], body: string) {
  return { ...headers, 'content-length': Buffer.byteLength(body) };
}

/** The rest of the body, and one that does not end, is not waited for. */
async function readExcerpt(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => response.destroy(), BODY_TIMEOUT_MS);
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= EXCERPT_BYTES) break;
    }
  } catch {
    // What has arrived is what is kept.
  } finally {
    clearTimeout(timer);
    response.destroy();
  }
  return cleanText(Buffer.concat(chunks).subarray(0, EXCERPT_BYTES).toString());
}

/** In words that name no address of the network that this service stands in. */
function describe(error: Error, timeoutMs: number): string {
  if (error instanceof RefusedAddressError) return 'the host leads to a private address';
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return `no answer within ${timeoutMs / 1_000} s`;
  const code = 'code' in error ? String(error.code) : '';
  return CONNECTION_ERRORS[code] ?? `the connection failed${code && ` (${cleanText(code)})`}`;
}

const CONNECTION_ERRORS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be resolved',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed before an answer came',
};
