import type { Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Histogram, type Registry } from 'prom-client';
import { fail, isTracing, startServerSpan } from './spans.js';

const spans = new WeakMap<object, Span>();

/** The span of an HTTP request, by what Nest calls it: {@link FastifyRequest}. */
export function spanOf(request: object): Span | undefined {
  return spans.get(request);
}

/**
 * Measures every request to a route of Fastify's, and traces it when traces are on: by the route's template, so that
 * figures stay few and nothing in an address is recorded. Probes, scrapes and streams that last say nothing of how fast
 * answers are.
 */
export function observeHttp(fastify: FastifyInstance, registry: Registry): void {
  const durations = new Histogram({
    name: 'footfall_http_request_duration_seconds',
    help: 'Time from a request until its answer had been sent',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  if (isTracing()) fastify.addHook('onRequest', async (request) => begin(request));
  fastify.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    end(request, reply);
    if (isProbe(route) || isStream(reply)) return;
    const status = `${Math.floor(reply.statusCode / 100)}xx`;
    durations.observe({ method: request.method, route, status }, reply.elapsedTime / 1_000);
  });
}

function begin(request: FastifyRequest): void {
  const { url: route } = request.routeOptions;
  if (route === undefined || isProbe(route)) return;
  const attributes = { 'http.request.method': request.method, 'http.route': route };
  spans.set(request, startServerSpan(`${request.method} ${route}`, attributes, request.headers));
}

function end(request: FastifyRequest, { statusCode }: FastifyReply): void {
  const span = spans.get(request);
  if (!span) return;
  span.setAttribute('http.response.status_code', statusCode);
  if (statusCode >= 500) fail(span, { code: String(statusCode) });
  span.end();
}

function isProbe(route: string): boolean {
  return route === '/metrics' || route.startsWith('/health/');
}

function isStream(reply: FastifyReply): boolean {
  return String(reply.getHeader('content-type')).startsWith('text/event-stream');
}
