import { type DestinationStream, type Logger, pino } from 'pino';
import { currentRequestId } from './request-context.js';
import { currentTraceIds } from './telemetry/spans.js';

/** SQLSTATE class of errors whose message quotes the value that was refused. */
const DATA_EXCEPTION = /^22/;

interface DescribedError {
  type: string;
  message: string;
  code?: unknown;
  stack?: string | undefined;
  cause?: DescribedError;
}

/**
 * What a log may say of an error: drivers hang statements, their parameters and rows on theirs, and messages about
 * refused values quote them.
 */
export function describeError(error: unknown): DescribedError | unknown {
  if (!(error instanceof Error)) return error;
  const { name, cause, code } = error as Error & { code?: unknown };
  const isAboutValue = DATA_EXCEPTION.test(String(code));
  const hide = (text: string) => (isAboutValue ? text.replaceAll(/"[^"]*"/g, '"…"') : text);
  return {
    type: name,
    message: hide(error.message),
    ...(code !== undefined && { code }),
    stack: error.stack && hide(error.stack),
    ...(cause instanceof Error && { cause: describeError(cause) as DescribedError }),
  };
}

/**
 * The process's log: JSON lines on stderr (stdout is left to what a person or a script reads), each with the
 * service and, while a request is served, its `request_id`; with `trace_id` and `span_id` when traces are on. Keys, cookies, URLs' query strings
 * and what people entered never get in.
 */
export function createLogger(
  { name, level }: { name: string; level: string },
  destination: DestinationStream = pino.destination({ dest: 2, sync: false }),
): Logger {
  return pino(
    {
      name,
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      redact: ['req.headers.authorization', 'req.headers["x-api-key"]', 'req.headers.cookie'],
      mixin: () => {
        const requestId = currentRequestId();
        return { ...(requestId && { request_id: requestId }), ...currentTraceIds() };
      },
    },
    destination,
  );
}
