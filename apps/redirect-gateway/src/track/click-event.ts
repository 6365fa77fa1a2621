import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ClickRecorded } from '#contracts';
import type { Client } from '#platform';
import type { ReplicaLink } from '../replica/replica-link.js';
import { guessClass } from './class-hint.js';

export interface Hit {
  link: ReplicaLink;
  answer: ClickRecorded['answer'];
  method: string;
  headers: IncomingHttpHeaders;
  client: Client;
  /** W3C context of the redirect, when its trace is kept. */
  traceparent?: string | undefined;
}

/** Request headers that the rules which class a click read. */
const KEPT_HEADERS = [
  'accept',
  'accept-language',
  'sec-fetch-site',
  'sec-fetch-mode',
  'sec-fetch-dest',
  'sec-fetch-user',
  'sec-ch-ua',
  'sec-ch-ua-platform',
] as const;

const OWN_CLICK = ',"own_click":true';
const MAX_AGENT = 1_000;
const MAX_REFERRER = 2_000;
const MAX_HEADER = 500;
const MAX_METHOD = 20;
/** More than any IP address has. */
const MAX_ADDRESS = 50;

/** Whether the visitor asked not to be tracked (DNT: 1 or Sec-GPC: 1). */
export function isDoNotTrack(headers: IncomingHttpHeaders): boolean {
  return headers.dnt === '1' || headers['sec-gpc'] === '1';
}

/**
 * The JSON text of the `click.recorded.v1` event of a hit, stamped with its identity. It always parses as one,
 * whatever the headers hold: each is cut to its limit, and an address that is none is left out. Of a visitor who
 * asked not to be tracked it holds only the class that the headers suggest, and whether it is the link's owner. Put together as text, which takes half
 * the time of an object and JSON.stringify.
 */
export function buildClickEvent(
  { link, answer, method, headers, client, traceparent }: Hit,
  nowMs = Date.now(),
  isOwn = false,
): string {
  const { idStart, occurredAt } = stampOf(nowMs);
  const hit =
    `{"event_id":"${idStart}${randomUUID().slice(idStart.length)}","occurred_at":"${occurredAt}",${link.facts}` +
    `,"answer":"${answer}","method":${quote(method, MAX_METHOD)},"secure":${client.secure}${isOwn ? OWN_CLICK : ''}` +
    (traceparent ? `,"traceparent":"${traceparent}"` : '');
  if (isDoNotTrack(headers)) {
    return `${hit},"do_not_track":true,"class_hint":"${guessClass(headers, client)}"}`;
  }
  return (
    `${hit},"do_not_track":false` +
    field('ip', client.ip, MAX_ADDRESS) +
    field('user_agent', headers['user-agent'], MAX_AGENT) +
    field('referrer', headers.referer, MAX_REFERRER) +
    `,"headers":${keepHeaders(headers)}}`
  );
}

interface Stamp {
  atMs: number;
  /** A UUIDv7 up to its random part. */
  idStart: string;
  occurredAt: string;
}

let stamp: Stamp = makeStamp(0);

/** The same for all clicks of a millisecond. */
function stampOf(nowMs: number): Stamp {
  if (stamp.atMs !== nowMs) stamp = makeStamp(nowMs);
  return stamp;
}

function makeStamp(atMs: number): Stamp {
  const time = atMs.toString(16).padStart(12, '0');
  return {
    atMs,
    idStart: `${time.slice(0, 8)}-${time.slice(8)}-7`,
    occurredAt: new Date(atMs).toISOString(),
  };
}

function keepHeaders(headers: IncomingHttpHeaders): string {
  let kept = '';
  for (const name of KEPT_HEADERS) kept += field(name, headers[name], MAX_HEADER);
  return `{${kept.slice(1)}}`;
}

/** One more member of an object, comma first; nothing when there is no value. */
function field(name: string, value: string | string[] | undefined, max: number): string {
  return value === undefined ? '' : `,"${name}":${quote(value, max)}`;
}

/** As JSON, cut to `max`, and without what a database refuses in text: NUL and halves of surrogate pairs. */
function quote(value: string | string[], max: number): string {
  const text = typeof value === 'string' ? value : value.join(', ');
  const cut = text.length > max ? text.slice(0, max) : text;
  return JSON.stringify((cut.includes('\0') ? cut.replaceAll('\0', '') : cut).toWellFormed());
}
