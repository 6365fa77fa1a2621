import { z } from 'zod';

/** What every event carries besides its own facts. Events are immutable and speak of the past. */
export const envelope = {
  /** Identity of the event: consumers drop an id that they have already stored. */
  event_id: z.uuid(),
  /** When it happened, stamped once where it happened; ISO 8601 with `Z`. */
  occurred_at: z.iso.datetime(),
  /** The request that caused it, so that logs of several services can be joined. */
  request_id: z.string().max(100).optional(),
  /** W3C trace context of what caused it, while that trace is kept; names nobody and is not stored. */
  traceparent: z.string().max(100).optional(),
};

/** A kind of event in one version. Optional fields may be added; a breaking change is a new version beside the old. */
export interface EventDefinition<T> {
  /** Routing key on the exchange, ending in the version: `click.recorded.v1`. */
  readonly routingKey: string;
  /** What one event holds, for documentation. */
  readonly schema: z.ZodType;
  /** Parses the JSON text of one event. Unknown fields are dropped. Throws {@link InvalidEventError}. */
  parse(json: string): T;
}

/** A record that is not the event it claims to be. */
export class InvalidEventError extends Error {
  readonly code = 'invalid_event';
  override readonly name = 'InvalidEventError';
}

export function defineEvent<S extends z.ZodType>(
  routingKey: string,
  schema: S,
): EventDefinition<z.output<S>> {
  return {
    routingKey,
    schema,
    parse(json) {
      let value: unknown;
      try {
        value = JSON.parse(json);
      } catch (cause) {
        throw new InvalidEventError(`${routingKey}: not JSON`, { cause });
      }
      const result = schema.safeParse(value);
      if (!result.success) {
        throw new InvalidEventError(`${routingKey}: ${z.prettifyError(result.error).replaceAll('\n', ' ')}`);
      }
      return result.data;
    },
  };
}

export type EventOf<D> = D extends EventDefinition<infer T> ? T : never;
