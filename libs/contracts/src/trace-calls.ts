import { InterceptingCall, type Interceptor, type Metadata, status } from '@grpc/grpc-js';
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('footfall');

/**
 * Makes each call a part of the span at work, and tells the server of it by W3C `traceparent`. Outside of spans, and while
 * traces are off, calls go as they are.
 */
export const traceCalls: Interceptor = (options, nextCall) => {
  const active = trace.getActiveSpan();
  if (!active) return new InterceptingCall(nextCall(options));
  const { path } = options.method_definition;
  const [, service = '', method = ''] = path.split('/');
  const span = tracer.startSpan(`${service}/${method}`, {
    kind: SpanKind.CLIENT,
    attributes: { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method },
  });
  return new InterceptingCall(nextCall(options), {
    start: (metadata, _listener, next) => {
      // The caller's metadata serves all of its calls.
      const own = metadata.clone();
      propagation.inject(trace.setSpan(context.active(), span), own, METADATA_SETTER);
      next(own, {
        onReceiveStatus: (answer, nextStatus) => {
          span.setAttribute('rpc.grpc.status_code', answer.code);
          if (answer.code !== status.OK) {
            span.setAttribute('error.type', status[answer.code] ?? String(answer.code));
            span.setStatus({ code: SpanStatusCode.ERROR });
          }
          span.end();
          nextStatus(answer);
        },
      });
    },
  });
};

const METADATA_SETTER = {
  set: (metadata: Metadata, key: string, value: string) => metadata.set(key, value),
};
