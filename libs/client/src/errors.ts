/** What an error answer of Footfall says; `libs/platform` builds it. */
interface ErrorAnswer {
  error?: string;
  code?: string;
  details?: unknown[];
  request_id?: string;
}

/** Footfall answered with an error. `code` is stable; subclasses tell the kinds apart that callers treat differently. */
export class FootfallError extends Error {
  /** HTTP status. */
  readonly status: number;
  /** Machine-readable, for example `link_not_found`; `unknown` when the answer was not Footfall's. */
  readonly code: string;
  readonly details: readonly unknown[];
  /** Names the request in the server's log. */
  readonly requestId: string | undefined;

  constructor(status: number, answer: ErrorAnswer) {
    super(answer.error ?? `the server answered ${status}`);
    this.name = new.target.name;
    this.status = status;
    this.code = answer.code ?? 'unknown';
    this.details = answer.details ?? [];
    this.requestId = answer.request_id;
  }
}

/** 400, 413, 415 and 422: the request must be changed; `details` names the fields. */
export class InvalidRequestError extends FootfallError {}
/** 401 and 403: the API key is missing, wrong or not allowed to do this. */
export class AccessDeniedError extends FootfallError {}
/** 404 and 410: it does not exist, any more. */
export class NotFoundError extends FootfallError {}
/** 409: for example an Idempotency-Key that came with another body before. */
export class ConflictError extends FootfallError {}
/** 429, 5xx: trying later may work. The client has tried already as often as it was allowed to. */
export class UnavailableError extends FootfallError {}

/** No answer at all: refused, broken off or too slow. `cause` says which. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

export function toError(status: number, answer: ErrorAnswer): FootfallError {
  if (status === 401 || status === 403) return new AccessDeniedError(status, answer);
  if (status === 404 || status === 410) return new NotFoundError(status, answer);
  if (status === 409) return new ConflictError(status, answer);
  if (status === 429 || status >= 500) return new UnavailableError(status, answer);
  return new InvalidRequestError(status, answer);
}
