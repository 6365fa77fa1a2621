import type { SpanContext } from '@opentelemetry/api';
import { type EventDefinition, parseTraceparent } from '#contracts';
import { RetryLaterError, type Subscription } from './event-bus.js';
import { inProcessSpan, markFailed } from './tracing.js';

/** What cannot be stored, ever, and why: goes to the dead letters. */
export interface DeadRecord {
  /** The text as it was published. */
  body: string;
  reason: string;
}

/** One message's records, parsed. `texts[i]` is the text of `events[i]`. */
export interface Records<T> {
  events: readonly T[];
  texts: readonly string[];
  unreadable: readonly DeadRecord[];
  /** What published it, when that is traced. */
  publisher?: SpanContext | undefined;
}

/** What came of handing a batch to its subscriber. */
export type Outcome =
  /** All is stored except these. */
  | { kind: 'stored'; dead: readonly DeadRecord[] }
  /** An outage: the same again later. */
  | { kind: 'later'; error: Error }
  /** Counts as a failure of each message. */
  | { kind: 'failed'; error: Error };

/** Parses each record on its own. `traceparent` came along with the message. */
export function readRecords<T>(
  definition: EventDefinition<T>,
  texts: readonly string[],
  traceparent?: unknown,
): Records<T> {
  const records = {
    events: [] as T[],
    texts: [] as string[],
    unreadable: [] as DeadRecord[],
    publisher: parseTraceparent(traceparent),
  };
  for (const text of texts) {
    try {
      records.events.push(definition.parse(text));
      records.texts.push(text);
    } catch (error) {
      records.unreadable.push({ body: text, reason: toError(error).message });
    }
  }
  return records;
}

/** A message whose handling failed once too often, to be parked record by record. */
export function giveUpOn({ texts, unreadable }: Records<unknown>, error: Error): DeadRecord[] {
  const reason = `delivery limit: ${error.message}`;
  return [...texts.map((body) => ({ body, reason })), ...unreadable];
}

/** Hands the readable events of some messages to the subscriber as one batch. Never rejects. */
export async function handOver<T>(
  subscriber: Pick<Subscription<T>, 'handle' | 'queue'>,
  messages: readonly Records<T>[],
): Promise<Outcome> {
  const dead = messages.flatMap((message) => message.unreadable);
  const events = messages.flatMap((message) => message.events);
  if (events.length === 0) return { kind: 'stored', dead };
  const texts = messages.flatMap((message) => message.texts);
  const publishers = messages.flatMap(({ publisher }) => publisher ?? []);
  return inProcessSpan({ queue: subscriber.queue, publishers, events: texts }, async (span) => {
    try {
      const refused = (await subscriber.handle(events)) ?? [];
      const refusals = refused.map(({ index, reason }) => {
        const body = texts[index];
        if (body === undefined) throw new Error(`the handler refused event ${index} of ${texts.length}`);
        return { body, reason };
      });
      return { kind: 'stored', dead: [...dead, ...refusals] };
    } catch (caught) {
      const error = toError(caught);
      if (span) markFailed(span, error);
      return { kind: error instanceof RetryLaterError ? 'later' : 'failed', error };
    }
  });
}

export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
