import {
  type Attributes,
  type Context,
  context,
  createContextKey,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/** Does nothing until {@link startTracing} has been called. Attributes hold routes, counts and codes, never what a person entered or is. */
const tracer = trace.getTracer('footfall');

const FREQUENT = createContextKey('footfall: frequent');
const FREQUENT_ROOT = ROOT_CONTEXT.setValue(FREQUENT, true);

let frequentShare = 1;

/** Of {@link startFrequentSpan}: the rest costs no more than a random number, where the SDK's own refusal costs microseconds. */
export function setFrequentShare(share: number): void {
  frequentShare = share;
}

/** Whether a span of that context is one of {@link startFrequentSpan}. */
export function isFrequent(spanContext: Context): boolean {
  return spanContext.getValue(FREQUENT) === true;
}

export function isTracing(): boolean {
  return propagation.fields().length > 0;
}

/**
 * Begins a trace of something that happens so often that few are kept. Whatever the caller says of a trace of its own is
 * not believed: strangers must not decide what is recorded. Undefined when this one is not kept.
 */
export function startFrequentSpan(name: string, attributes: Attributes): Span | undefined {
  if (Math.random() >= frequentShare) return undefined;
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, FREQUENT_ROOT);
  return span.isRecording() ? span : undefined;
}

/** Begins to serve a request; `carrier` are its headers, lower case. */
export function startServerSpan(
  name: string,
  attributes: Attributes,
  carrier: Record<string, unknown>,
): Span {
  const parent = propagation.extract(ROOT_CONTEXT, carrier);
  return tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
}

/** Has everything that `work` begins belong to the span. */
export function runIn<T>(span: Span | undefined, work: () => T): T {
  return span ? context.with(trace.setSpan(context.active(), span), work) : work();
}

/** Begins what serves others too, so that nothing of it belongs to the span at work. */
export function outsideSpans<T>(work: () => T): T {
  return context.with(ROOT_CONTEXT, work);
}

/** A part of the span at work; where there is none, or it is not kept, only the work is done. */
export async function inSpan<T>(
  name: string,
  attributes: Attributes,
  work: () => Promise<T> | T,
): Promise<T> {
  if (!trace.getActiveSpan()?.isRecording()) return work();
  const span = tracer.startSpan(name, { attributes });
  try {
    return await runIn(span, work);
  } catch (error) {
    fail(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/** Ids of the span at work, for the log; undefined when its trace is not kept, as nobody would find it. */
export function currentTraceIds(): { trace_id: string; span_id: string } | undefined {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return undefined;
  const { traceId, spanId } = span.spanContext();
  return { trace_id: traceId, span_id: spanId };
}

/** Marks a span as failed, by the error's kind alone: messages quote what people entered. */
export function fail(span: Span, error: unknown): void {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: string };
  span.setAttribute('error.type', String(code ?? name ?? 'unknown'));
  span.setStatus({ code: SpanStatusCode.ERROR });
}
