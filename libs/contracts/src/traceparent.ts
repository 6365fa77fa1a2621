import { isSpanContextValid, type SpanContext, TraceFlags, trace } from '@opentelemetry/api';

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
/** An event's own member, as JSON.stringify and the gateway write it: within a string its quotes would be escaped. */
const MEMBER = '"traceparent":"';
const LENGTH = 55;

/** The W3C trace context of the span at work, to go with what it causes; undefined when that trace is not kept. */
export function currentTraceparent(): string | undefined {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || (span.traceFlags & TraceFlags.SAMPLED) === 0) return undefined;
  return `00-${span.traceId}-${span.spanId}-01`;
}

/** The span that a message or an event came from; undefined when its trace is not kept, or it is no trace context. */
export function parseTraceparent(text: unknown): SpanContext | undefined {
  const [, traceId, spanId, flags] = typeof text === 'string' ? (TRACEPARENT.exec(text) ?? []) : [];
  if (!traceId || !spanId || !flags) return undefined;
  const span = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  const isKept = (span.traceFlags & TraceFlags.SAMPLED) !== 0;
  return isKept && isSpanContextValid(span) ? span : undefined;
}

/** The same of an event's text, without parsing it. */
export function findTraceparent(event: string): SpanContext | undefined {
  const at = event.indexOf(MEMBER);
  if (at === -1) return undefined;
  const start = at + MEMBER.length;
  return parseTraceparent(event.slice(start, start + LENGTH));
}
