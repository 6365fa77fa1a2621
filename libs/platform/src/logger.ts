import { type DestinationStream, type Logger, pino } from 'pino';
import { currentRequestId } from './request-context.js';

/**
 * The process's log: JSON lines on stderr (stdout is left to what a person or a script reads), each with the
 * service and, while a request is served, its `request_id`. Keys, cookies and URLs' query strings never get in.
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
      redact: ['req.headers.authorization', 'req.headers["x-api-key"]', 'req.headers.cookie'],
      mixin: () => {
        const requestId = currentRequestId();
        return requestId ? { request_id: requestId } : {};
      },
    },
    destination,
  );
}
