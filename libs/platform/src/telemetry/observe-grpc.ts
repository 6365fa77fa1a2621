import {
  type Metadata,
  ResponderBuilder,
  ServerInterceptingCall,
  type ServerInterceptor,
  ServerListenerBuilder,
  status,
} from '@grpc/grpc-js';
import type { Span } from '@opentelemetry/api';
import { Histogram, type Registry } from 'prom-client';
import { fail, isTracing, runIn, startServerSpan } from './spans.js';

/** Statuses that are the server's fault. */
const FAILURES = new Set([status.UNKNOWN, status.INTERNAL, status.UNAVAILABLE, status.DATA_LOSS]);

/** Measures every gRPC call but health checks, and traces it when traces are on. */
export function observeGrpc(registry: Registry): ServerInterceptor {
  const durations = new Histogram({
    name: 'footfall_grpc_request_duration_seconds',
    help: 'Time from a gRPC call until its status was sent',
    labelNames: ['grpc_service', 'grpc_method', 'grpc_code'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  return ({ path }, call) => {
    const [, service = '', method = ''] = path.split('/');
    if (service.startsWith('grpc.health.')) return new ServerInterceptingCall(call);
    const startedAt = performance.now();
    let span: Span | undefined;
    let isOver = false;
    const end = (code: number) => {
      if (isOver) return;
      isOver = true;
      const name = status[code] ?? String(code);
      durations.observe(
        { grpc_service: service, grpc_method: method, grpc_code: name },
        (performance.now() - startedAt) / 1_000,
      );
      span?.setAttribute('rpc.grpc.status_code', code);
      if (span && FAILURES.has(code)) fail(span, { code: name });
      span?.end();
    };
    const listener = new ServerListenerBuilder()
      .withOnReceiveMetadata((metadata, next) => {
        if (isTracing()) span = beginSpan({ service, method, metadata });
        runIn(span, () => next(metadata));
      })
      .withOnReceiveHalfClose((next) => runIn(span, next))
      .withOnCancel(() => end(status.CANCELLED))
      .build();
    const responder = new ResponderBuilder()
      .withStart((next) => next(listener))
      .withSendStatus((answer, next) => {
        end(answer.code ?? status.UNKNOWN);
        next(answer);
      })
      .build();
    return new ServerInterceptingCall(call, responder);
  };
}

function beginSpan(call: { service: string; method: string; metadata: Metadata }): Span {
  const { service, method, metadata } = call;
  const attributes = { 'rpc.system': 'grpc', 'rpc.service': service, 'rpc.method': method };
  return startServerSpan(`${service}/${method}`, attributes, metadata.getMap());
}
