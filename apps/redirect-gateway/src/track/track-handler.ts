import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { currentTraceparent, isTrackingId } from '#contracts';
import type { Client, ReadClient } from '#platform';
import type { LinkLookup } from '../replica/link-lookup.js';
import type { LinkReplica } from '../replica/link-replica.js';
import { destinationOf, isErased, type ReplicaLink } from '../replica/replica-link.js';
import type { Hit } from './click-event.js';
import type { ClickRecorder } from './click-recorder.js';
import {
  asOfficeSees,
  GONE,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  NOT_YET,
  OPTIONS,
  type Page,
  preflightPage,
  REDIRECT_HEADERS,
  TOO_MANY,
  TRY_AGAIN,
} from './pages.js';
import { isOfficeAgent, kindOf, type RequestKind } from './request-kind.js';
import type { UnknownLimiter } from './unknown-limiter.js';

/** What was answered, as counted in the metrics. */
export type TrackAnswer = RequestKind | 'not_found' | 'limited' | 'fallback' | 'gone' | 'unavailable';

export interface TrackOptions {
  replica: Pick<LinkReplica, 'find'>;
  lookup: Pick<LinkLookup, 'find'>;
  limiter: UnknownLimiter;
  recorder: Pick<ClickRecorder, 'record'>;
  readClient: ReadClient;
  count: (answer: TrackAnswer) => void;
  /** Told how long a known link's answer took, ms. */
  observe: (tookMs: number) => void;
}

/** Answers a request for what stands behind `/track/`, decoded. */
export type TrackHandler = (request: IncomingMessage, response: ServerResponse, path: string) => void;

type RecordedKind = Exclude<RequestKind, 'method_not_allowed'>;

/**
 * Answers for tracked links, straight on node:http: nothing waits but the journal, and a lookup for links that this
 * gateway has not heard of yet. Never throws.
 */
export function trackHandler(options: TrackOptions): TrackHandler {
  const { replica, lookup, limiter, recorder, readClient, count, observe } = options;

  return (request, response, path) => {
    if (!isTrackingId(path)) return sendPage(response, 'not_found', NOT_FOUND);
    const since = performance.now();
    const client = readClient(request);
    const link = replica.find(path);
    if (link) return answer(request, response, { link, client, since });
    // An address that asked for too many unknown links is still looked up, as far as nobody else has to wait for it.
    const isSuspect = limiter.isSpent(client.ip);
    void lookup
      .find(path, { isSuspect })
      .then((found) => {
        if (typeof found === 'object') return answer(request, response, { link: found, client, since });
        if (found === 'unavailable' && !isSuspect)
          return sendProblem(request, response, 'unavailable', TRY_AGAIN);
        if (limiter.take(client.ip)) return sendPage(response, 'not_found', NOT_FOUND);
        sendProblem(request, response, 'limited', TOO_MANY);
      })
      .catch(() => giveUp(response));
  };

  function answer(
    request: IncomingMessage,
    response: ServerResponse,
    found: { link: ReplicaLink; client: Client; since: number },
  ) {
    const { method = '', headers } = request;
    const kind = kindOf(method, headers);
    if (kind === 'method_not_allowed') return sendPage(response, kind, METHOD_NOT_ALLOWED);
    const { link, client, since } = found;
    if (isErased(link)) return send(response, kind, link);
    const hit = {
      link,
      client,
      answer: recordedAs(kind, headers),
      method,
      headers,
      traceparent: currentTraceparent(),
    };
    recorder.record(hit, () => {
      try {
        send(response, kind, link);
        observe(performance.now() - since);
      } catch {
        giveUp(response);
      }
    });
  }

  function send(response: ServerResponse, kind: RecordedKind, link: ReplicaLink) {
    if (kind === 'options') return sendPage(response, kind, OPTIONS);
    if (kind === 'prefetch') return sendPage(response, kind, NOT_YET);
    const location = destinationOf(link, Date.now());
    if (kind === 'preflight') {
      return sendPage(response, kind, location ? preflightPage(location) : asOfficeSees(GONE));
    }
    if (!location) return sendPage(response, 'gone', GONE);
    count(location === link.fallback ? 'fallback' : kind);
    response.writeHead(302, [...REDIRECT_HEADERS, 'location', location]).end();
  }

  /** What cannot happen must not leave a visitor without an answer, nor end the process. */
  function giveUp(response: ServerResponse) {
    if (!response.headersSent) sendPage(response, 'unavailable', TRY_AGAIN);
  }

  function sendProblem(request: IncomingMessage, response: ServerResponse, kind: TrackAnswer, page: Page) {
    sendPage(response, kind, isOfficeAgent(request.headers['user-agent']) ? asOfficeSees(page) : page);
  }

  function sendPage(response: ServerResponse, kind: TrackAnswer, { status, headers, body }: Page) {
    count(kind);
    response.writeHead(status, headers).end(body);
  }
}

function recordedAs(kind: RecordedKind, headers: IncomingHttpHeaders): Hit['answer'] {
  if (kind !== 'options') return kind;
  return isOfficeAgent(headers['user-agent']) ? 'preflight' : 'probe';
}
