import { z } from 'zod';
import { CodedError } from '#platform';

/** Largest request for one document, bytes of JSON. */
export const MAX_DATA_BYTES = 200_000;
/** Deeper data than any resume has; keeps recursion over it harmless. */
const MAX_DEPTH = 20;

export class EmptyPayloadError extends CodedError {
  constructor() {
    super({ code: 'empty_payload', kind: 'invalid', message: 'Empty payload - no resume data received' });
  }
}

export class DataTooLargeError extends CodedError {
  constructor() {
    const message = `The data for one document may be at most ${MAX_DATA_BYTES / 1000} kB: shorten its texts, or leave out what no tag names.`;
    super({ code: 'data_too_large', kind: 'too_large', message });
  }
}

/** Rewrites a body before its fields are judged; adds an issue when it cannot. */
export type Prepare = (body: unknown, context: z.RefinementCtx) => unknown;

/** A schema for the body of a document request: emptiness, size and depth are judged before the fields are. */
export function payload<S extends z.ZodType>(fields: S, prepare: Prepare = (body) => body) {
  return z
    .unknown()
    .transform((body, context) => {
      if (isEmpty(body)) throw new EmptyPayloadError();
      const complaint = complainAbout(body);
      if (complaint) {
        context.addIssue({ code: 'custom', message: complaint });
        return z.NEVER;
      }
      if (Buffer.byteLength(JSON.stringify(body)) > MAX_DATA_BYTES) throw new DataTooLargeError();
      return prepare(body, context);
    })
    .pipe(fields)
    .meta(describeInput(fields));
}

function complainAbout(body: unknown): string | undefined {
  if (typeof body !== 'object' || Array.isArray(body)) {
    return 'The body must be a JSON object such as {"personal": {"full_name": "Jordan Avery"}}.';
  }
  if (!isDeeperThan(body, MAX_DEPTH)) return undefined;
  return `The body is nested deeper than ${MAX_DEPTH} levels; no document has such data.`;
}

/** The fields as JSON Schema, for OpenAPI: what stands before a pipe hides what comes after it. */
function describeInput(fields: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...schema } = z.toJSONSchema(fields, { io: 'input', unrepresentable: 'any' });
  return schema;
}

function isEmpty(body: unknown): boolean {
  if (body === undefined || body === null) return true;
  return typeof body === 'object' && Object.keys(body).length === 0;
}

/** Without recursion: the point is that the data may be too deep for it. */
function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limit) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}
