import { isTracing, runIn, startFrequentSpan } from '#platform';
import type { TrackHandler } from './track-handler.js';

const ROUTE = '/track/:id';
const ATTRIBUTES = { 'http.route': ROUTE };

/** Traces a share of the redirects, when traces are on; what they lead to finds its span by `currentTraceparent()`. */
export function traceRedirects(handle: TrackHandler): TrackHandler {
  if (!isTracing()) return handle;
  return (request, response, path) => {
    const span = startFrequentSpan(`${request.method} ${ROUTE}`, ATTRIBUTES);
    if (!span) return handle(request, response, path);
    response.once('close', () => {
      span.setAttribute('http.request.method', request.method ?? '');
      span.setAttribute('http.response.status_code', response.statusCode);
      span.end();
    });
    runIn(span, () => handle(request, response, path));
  };
}
