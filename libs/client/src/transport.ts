import { ConnectionError, toError } from './errors.js';

/** Settings of every class of this client; all may be left out. */
export interface ClientOptions {
  /** Where Footfall answers. Default `http://localhost:5000`. */
  baseUrl?: string;
  /** Sent as `Authorization: Bearer`. */
  apiKey?: string;
  /** How often a call that is safe to repeat is tried again. Default 3; 0 turns it off. */
  retries?: number;
  /** Longest one try may take, ms. Default 30,000: PDFs take seconds. */
  timeoutMs?: number;
  /** For tests, proxies and the like. Default the global `fetch`. */
  fetch?: typeof fetch;
}

/** Options of a single call. */
export interface CallOptions {
  /** Ends the call: it then rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface Call extends CallOptions {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  headers?: Record<string, string>;
  /**
   * Sent with every try of this call, so that the server does the work once. Without it, a POST that made something
   * is tried once.
   */
  idempotencyKey?: string;
  /** Whether repeating does no harm. Default: everything but POST, and POST with an idempotency key. */
  isRepeatable?: boolean;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;

/** Sends calls with fetch and repeats those that are safe to repeat: no answer, 429, 502, 503, 504. */
export class Transport {
  private readonly baseUrl: string;

  constructor(private readonly options: ClientOptions = {}) {
    this.baseUrl = (options.baseUrl ?? 'http://localhost:5000').replace(/\/+$/, '');
  }

  /** The JSON answer. Rejects with a FootfallError, a ConnectionError or the reason of `signal`. */
  async call<Answer>(call: Call): Promise<Answer> {
    const response = await this.send(call);
    return (await response.json()) as Answer;
  }

  /** The answer itself, for downloads and streams; its status is 2xx. */
  async send(call: Call): Promise<Response> {
    const isRepeatable = call.isRepeatable ?? (call.method !== 'POST' || call.idempotencyKey !== undefined);
    const tries = isRepeatable ? 1 + (this.options.retries ?? 3) : 1;
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.tryOnce(call);
      if (outcome instanceof Response && outcome.ok) return outcome;
      const mayPass = outcome instanceof ConnectionError || [429, 502, 503, 504].includes(outcome.status);
      if (!mayPass || attempt === tries) throw await asError(outcome);
      await pause(pauseMs(attempt, outcome), call.signal);
    }
  }

  private async tryOnce(call: Call): Promise<Response | ConnectionError> {
    call.signal?.throwIfAborted();
    const timeout = AbortSignal.timeout(this.options.timeoutMs ?? 30_000);
    const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
    const send = this.options.fetch ?? fetch;
    try {
      return await send(this.urlOf(call), {
        method: call.method,
        headers: this.headersOf(call),
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        signal,
      });
    } catch (cause) {
      call.signal?.throwIfAborted();
      return new ConnectionError(`no answer from ${this.baseUrl}`, { cause });
    }
  }

  private urlOf({ path, query = {} }: Call): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) search.set(name, String(value));
    }
    return `${this.baseUrl}${path}${search.size > 0 ? `?${search}` : ''}`;
  }

  private headersOf({ body, headers, idempotencyKey }: Call): Record<string, string> {
    const { apiKey } = this.options;
    return {
      ...headers,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(apiKey && { authorization: `Bearer ${apiKey}` }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    };
  }
}

async function asError(outcome: Response | ConnectionError): Promise<Error> {
  if (outcome instanceof ConnectionError) return outcome;
  const answer: unknown = await outcome.json().catch(() => ({}));
  return toError(outcome.status, typeof answer === 'object' && answer !== null ? answer : {});
}

/** As the server asks, else doubling, with a random part so that many clients do not come back together. */
function pauseMs(attempt: number, outcome: Response | ConnectionError): number {
  const asked = outcome instanceof Response ? Number(outcome.headers.get('retry-after')) : 0;
  const own = FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random());
  return Math.min(LONGEST_PAUSE_MS, asked > 0 ? asked * 1_000 : own);
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
