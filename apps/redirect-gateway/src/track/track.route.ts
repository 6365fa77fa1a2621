import { type IncomingHttpHeaders, METHODS } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isTrackingId } from '#contracts';
import type { LinkLookup } from '../replica/link-lookup.js';
import type { LinkReplica } from '../replica/link-replica.js';
import { destinationOf, type ReplicaLink } from '../replica/replica-link.js';
import type { Hit } from './click-event.js';
import type { ClickRecorder } from './click-recorder.js';
import type { ReadClient } from './client-address.js';
import {
  asOfficeSees,
  GONE,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  NOT_YET,
  OPTIONS,
  type Page,
  PRIVATE_HEADERS,
  preflightPage,
  TRY_AGAIN,
} from './pages.js';
import { isOfficeAgent, kindOf, type RequestKind } from './request-kind.js';
import { repairTrackPath, TRACK_PREFIX } from './track-path.js';

/** What was answered, as counted in the metrics. */
export type TrackAnswer = RequestKind | 'not_found' | 'fallback' | 'gone' | 'unavailable';

export interface TrackRouteOptions {
  replica: Pick<LinkReplica, 'find'>;
  lookup: Pick<LinkLookup, 'find'>;
  recorder: Pick<ClickRecorder, 'record'>;
  readClient: ReadClient;
  count: (answer: TrackAnswer) => void;
}

type Found = ReplicaLink | 'unknown' | 'unavailable';

/**
 * `/track/<id>`, straight on Fastify: no guard, pipe or interceptor, nothing that waits but the journal, and a
 * lookup for links that this gateway has not heard of yet. Every path and method below `/track/` is answered here.
 */
export function registerTrackRoute(fastify: FastifyInstance, options: TrackRouteOptions): void {
  fastify.server.prependListener('request', repairTrackPath);
  addMissingMethods(fastify);
  void fastify.register(async (scope) => {
    // Bodies are none of our business: whatever comes is left unread.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    const method = METHODS.filter((name) => fastify.supportedMethods.includes(name));
    const handler = trackHandler(options);
    for (const url of [`${TRACK_PREFIX}*`, TRACK_PREFIX.slice(0, -1)]) {
      scope.route({ method, url, exposeHeadRoute: false, handler });
    }
  });
}

function trackHandler({ replica, lookup, recorder, readClient, count }: TrackRouteOptions) {
  return (request: FastifyRequest, reply: FastifyReply) => {
    const trackingId = (request.params as { '*'?: string })['*'] ?? '';
    if (!isTrackingId(trackingId)) return sendPage(reply, 'not_found', NOT_FOUND);
    const link = replica.find(trackingId);
    if (link) return answer(request, reply, link);
    void lookup
      .find(trackingId)
      .then((found) => answer(request, reply, found))
      .catch(() => giveUp(reply));
  };

  function answer(request: FastifyRequest, reply: FastifyReply, link: Found) {
    if (link === 'unknown') return sendPage(reply, 'not_found', NOT_FOUND);
    if (link === 'unavailable') return sendProblem(request, reply, TRY_AGAIN);
    const { method = '', headers, socket } = request.raw;
    const kind = kindOf(method, headers);
    if (kind === 'method_not_allowed') return sendPage(reply, kind, METHOD_NOT_ALLOWED);
    const encrypted = 'encrypted' in socket && socket.encrypted === true;
    const client = readClient({ remoteAddress: socket.remoteAddress, encrypted, headers });
    void recorder
      .record({ link, answer: recordedAs(kind, headers), method, headers, client })
      .then(() => send(reply, kind, link))
      .catch(() => giveUp(reply));
  }

  function send(reply: FastifyReply, kind: RecordedKind, link: ReplicaLink) {
    if (kind === 'options') return sendPage(reply, kind, OPTIONS);
    if (kind === 'prefetch') return sendPage(reply, kind, NOT_YET);
    const location = destinationOf(link, Date.now());
    if (kind === 'preflight') {
      return sendPage(reply, kind, location ? preflightPage(location) : asOfficeSees(GONE));
    }
    if (!location) return sendPage(reply, 'gone', GONE);
    count(location === link.fallback ? 'fallback' : kind);
    reply.code(302).headers(PRIVATE_HEADERS).header('location', location).send();
  }

  /** What cannot happen must not leave a visitor without an answer, nor end the process. */
  function giveUp(reply: FastifyReply) {
    if (!reply.sent) sendPage(reply, 'unavailable', TRY_AGAIN);
  }

  function sendProblem(request: FastifyRequest, reply: FastifyReply, page: Page) {
    const isOffice = isOfficeAgent(request.raw.headers['user-agent']);
    sendPage(reply, 'unavailable', isOffice ? asOfficeSees(page) : page);
  }

  function sendPage(reply: FastifyReply, kind: TrackAnswer, { status, headers, body }: Page) {
    count(kind);
    reply.code(status).headers(headers).send(body);
  }
}

type RecordedKind = Exclude<RequestKind, 'method_not_allowed'>;

function recordedAs(kind: RecordedKind, headers: IncomingHttpHeaders): Hit['answer'] {
  if (kind !== 'options') return kind;
  return isOfficeAgent(headers['user-agent']) ? 'preflight' : 'probe';
}

/** WebDAV clients try methods that Fastify does not route by itself. */
function addMissingMethods(fastify: FastifyInstance): void {
  for (const method of METHODS) {
    if (method !== 'CONNECT' && !fastify.supportedMethods.includes(method)) {
      fastify.addHttpMethod(method, { hasBody: true });
    }
  }
}
