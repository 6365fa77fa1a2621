/**
 * What kind of failure an error is, in the words of the domain. The one filter maps it to an HTTP and a gRPC
 * status (`error-status.ts`); whoever throws need not know either.
 */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'gone'
  | 'conflict'
  | 'too_large'
  | 'unsupported_media'
  | 'unprocessable'
  | 'rate_limited'
  | 'unimplemented'
  | 'unavailable'
  | 'internal';

export interface CodedErrorOptions {
  /** Stable and machine-readable, for example `invalid_url`. */
  code: string;
  kind: ErrorKind;
  /** One sentence for a person that says what to do. Never holds SQL, paths or secrets. */
  message: string;
  /** More about single faults, answered as `details`. */
  details?: readonly unknown[];
  /** When trying again makes sense; answered as `Retry-After`. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

/** An error that callers are meant to see. Everything else is answered as an internal error without its text. */
export class CodedError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details: readonly unknown[];
  readonly retryAfterSeconds: number | undefined;

  constructor({ code, kind, message, details, retryAfterSeconds, cause }: CodedErrorOptions) {
    super(message, { cause });
    this.name = new.target.name;
    this.code = code;
    this.kind = kind;
    this.details = details ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
