import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { findTraceparent } from '#contracts';
import type { EventMessage } from './event-bus.js';

const tracer = trace.getTracer('footfall');

/** Links of one span at most. */
const MAX_LINKS = 128;

/** What caused these events, as far as that is traced. Nothing is looked at while traces are off. */
export function causesOf(events: readonly string[]): SpanContext[] {
  if (propagation.fields().length === 0) return [];
  return events.flatMap((event) => findTraceparent(event) ?? []);
}

/** Sends a message, in a span when some of its events are traced. */
export function inPublishSpan<T>({ routingKey, events }: EventMessage, work: () => Promise<T>): Promise<T> {
  const attributes = { 'messaging.operation.type': 'send', 'messaging.batch.message_count': events.length };
  return inBatchSpan(
    { name: `publish ${routingKey}`, kind: SpanKind.PRODUCER, attributes, causes: causesOf(events) },
    work,
  );
}

interface BatchSpan {
  name: string;
  kind: SpanKind;
  attributes: Attributes;
  /** What the batch was made of: the span goes on in the trace of the first, and links to all. */
  causes: readonly SpanContext[];
}

/**
 * Handles a batch of messages, in a span when some of what they carry is traced. `publishers` are the spans that published
 * them, `events` their texts.
 */
export function inProcessSpan<T>(
  batch: { queue: string; publishers: readonly SpanContext[]; events: readonly string[] },
  work: (span?: Span) => Promise<T>,
): Promise<T> {
  const { queue, publishers, events } = batch;
  const attributes = {
    'messaging.operation.type': 'process',
    'messaging.destination.name': queue,
    'messaging.batch.message_count': events.length,
  };
  const causes = [...publishers, ...causesOf(events)];
  return inBatchSpan({ name: `process ${queue}`, kind: SpanKind.CONSUMER, attributes, causes }, work);
}

/** Work on what several traces have led to. Without any it belongs to no trace, whoever's turn it was to begin it. */
async function inBatchSpan<T>(
  { name, kind, attributes, causes }: BatchSpan,
  work: (span?: Span) => Promise<T>,
): Promise<T> {
  const [first] = causes;
  if (!first) return context.with(ROOT_CONTEXT, work);
  const links = causes.slice(0, MAX_LINKS).map((cause) => ({ context: cause }));
  const parent = trace.setSpanContext(ROOT_CONTEXT, first);
  const span = tracer.startSpan(name, { kind, attributes, links }, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    markFailed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** By the error's kind alone: messages quote what people entered. */
export function markFailed(span: Span, error: unknown): void {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: string };
  span.setAttribute('error.type', String(code ?? name ?? 'unknown'));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
