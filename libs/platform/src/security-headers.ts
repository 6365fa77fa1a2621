import type { FastifyInstance } from 'fastify';
import type { ReadClient } from './client-address.js';

/**
 * Of every answer unless its handler says otherwise: what people entered is kept by no cache, read as nothing but what it
 * is called, shown inside of no page and leaves no trace on the next one.
 */
export const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The description of the API brings scripts and styles of its own. */
const DOCS = '/api/docs';
const DOCS_HEADERS = {
  ...SECURITY_HEADERS,
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'",
};

export interface AnswerProtection {
  /** How long browsers come back over https only, told to those that came over https; 0: not told. */
  hstsSeconds: number;
  readClient: ReadClient;
}

/** Sets the headers that keep browsers from doing more with an answer than is meant. No other site may read any: no CORS. */
export function protectAnswers(
  fastify: FastifyInstance,
  { hstsSeconds, readClient }: AnswerProtection,
): void {
  const hsts = `max-age=${hstsSeconds}; includeSubDomains`;
  fastify.addHook('onRequest', async (request, reply) => {
    reply.headers(request.url.startsWith(DOCS) ? DOCS_HEADERS : SECURITY_HEADERS);
    if (hstsSeconds > 0 && readClient(request.raw).secure) reply.header('strict-transport-security', hsts);
  });
}
