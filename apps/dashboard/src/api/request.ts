/** One thing that is wrong with a request, at its place. */
export interface Fault {
  path?: string;
  message: string;
  [fact: string]: unknown;
}

/** An answer that says no, in the server's own words. */
export class ApiError extends Error {
  constructor(
    message: string,
    /** 0: there was no answer at all. */
    readonly status: number,
    readonly code: string,
    readonly details: readonly Fault[] = [],
  ) {
    super(message);
  }
}

interface Options {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Sent as JSON; FormData goes as it is. */
  body?: unknown;
  query?: Record<string, string | number | boolean | undefined>;
  signal?: AbortSignal;
}

/** Asks the server and answers its JSON. Throws {@link ApiError}. */
export async function request<Answer>(path: string, options: Options = {}): Promise<Answer> {
  const response = await send(path, options);
  return (await response.json()) as Answer;
}

/** The raw answer, for files. Throws {@link ApiError}. */
export async function send(path: string, options: Options = {}): Promise<Response> {
  const { method = 'GET', body, query = {}, signal } = options;
  const isForm = body instanceof FormData;
  const response = await fetch(path + toSearch(query), {
    method,
    signal,
    headers: {
      // No form of another site can send it: shows that a call with this browser's cookie is the dashboard's.
      'x-footfall-client': 'dashboard',
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
    },
    body: body === undefined || isForm ? body : JSON.stringify(body),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ApiError('Footfall cannot be reached right now.', 0, 'unreachable');
  });
  if (!response.ok) throw await toError(response);
  return response;
}

/** `?name=value`, or nothing. */
export function toSearch(query: NonNullable<Options['query']>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length > 0 ? `?${new URLSearchParams(given)}` : '';
}

async function toError(response: Response): Promise<ApiError> {
  const answer = (await response.json().catch(() => ({}))) as {
    error?: string;
    code?: string;
    details?: Fault[];
  };
  const message = answer.error ?? `Footfall answered ${response.status}.`;
  return new ApiError(message, response.status, answer.code ?? 'unknown', answer.details ?? []);
}

/** What is wrong with a form, by field: for the places that the server named. */
export function toFormErrors(error: Error): Record<string, string> {
  const faults = error instanceof ApiError ? error.details : [];
  return Object.fromEntries(faults.flatMap(({ path, message }) => (path ? [[path, message]] : [])));
}
