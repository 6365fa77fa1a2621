import { status } from '@grpc/grpc-js';
import { HttpException } from '@nestjs/common';
import { CodedError, type ErrorKind } from './coded-error.js';
import { isDatabaseOutage } from './database-errors.js';

/** HTTP and gRPC status of every kind of failure: the one place where the two worlds meet. */
export const STATUS_OF_KIND: Readonly<Record<ErrorKind, { http: number; grpc: status }>> = {
  invalid: { http: 400, grpc: status.INVALID_ARGUMENT },
  unauthenticated: { http: 401, grpc: status.UNAUTHENTICATED },
  forbidden: { http: 403, grpc: status.PERMISSION_DENIED },
  not_found: { http: 404, grpc: status.NOT_FOUND },
  gone: { http: 410, grpc: status.FAILED_PRECONDITION },
  conflict: { http: 409, grpc: status.ABORTED },
  too_large: { http: 413, grpc: status.INVALID_ARGUMENT },
  unsupported_media: { http: 415, grpc: status.INVALID_ARGUMENT },
  unprocessable: { http: 422, grpc: status.INVALID_ARGUMENT },
  rate_limited: { http: 429, grpc: status.RESOURCE_EXHAUSTED },
  unimplemented: { http: 501, grpc: status.UNIMPLEMENTED },
  unavailable: { http: 503, grpc: status.UNAVAILABLE },
  internal: { http: 500, grpc: status.INTERNAL },
};

/** What Fastify's own refusals mean to a caller, by its error codes (fastify docs, reference/errors). */
const FASTIFY_ERRORS: Readonly<Record<string, { code: string; kind: ErrorKind; message: string }>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'invalid_content_type',
    kind: 'invalid',
    message: 'Invalid content type - JSON expected',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: 'invalid_json',
    kind: 'invalid',
    message: 'The body is not valid JSON.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'body_too_large',
    kind: 'too_large',
    message: 'The body is larger than this call accepts.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'invalid_content_length',
    kind: 'invalid',
    message: 'The body is not as long as Content-Length says.',
  },
};

const KIND_OF_HTTP = new Map(
  Object.entries(STATUS_OF_KIND).map(([kind, { http }]) => [http, kind as ErrorKind]),
);

/** Turns anything thrown into a {@link CodedError}. What is not meant for callers becomes `internal_error`. */
export function toCodedError(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  // Nest wraps Fastify's refusals in an HttpException and keeps the original as its cause.
  const known = FASTIFY_ERRORS[codeOf(error)] ?? FASTIFY_ERRORS[codeOf(causeOf(error))];
  if (known) return new CodedError({ ...known, cause: error });
  if (error instanceof HttpException) return fromHttpException(error);
  if (isDatabaseOutage(error)) {
    return new CodedError({
      code: 'database_unavailable',
      kind: 'unavailable',
      message: 'The database cannot be reached right now; try again in a moment.',
      retryAfterSeconds: 1,
      cause: error,
    });
  }
  return new CodedError({
    code: 'internal_error',
    kind: 'internal',
    message: 'Something went wrong on our side; try again, and quote the request_id if it persists.',
    cause: error,
  });
}

function fromHttpException(error: HttpException): CodedError {
  const http = error.getStatus();
  const kind = KIND_OF_HTTP.get(http) ?? (http < 500 ? 'invalid' : 'internal');
  if (kind === 'not_found' && error.message.startsWith('Cannot ')) {
    return new CodedError({
      code: 'unknown_route',
      kind,
      message: 'There is nothing at this address.',
      cause: error,
    });
  }
  return new CodedError({ code: kind, kind, message: error.message, cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
