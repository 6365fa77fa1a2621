import { asBooked, BOOKED } from '../bookings/booked-verdict.js';
import type { SettledClass } from '../classification/classify.js';
import { toClass } from '../classification/classify.js';
import {
  BURSTS,
  DUPLICATE_WITHIN_MS,
  FLAGGED_MINUTES,
  findSign,
  MACHINE_SCORE,
  SETTLING_SIGNS,
  type Sign,
  scoreOf,
} from '../classification/rules.js';

/** A hit from one network as it stands, with what is known of its surroundings. */
export interface Hit {
  clickId: string;
  clickedAtMs: number;
  trackingId: string;
  /** Whose links stand together in one document; undefined for a link of no application or job. */
  document?: string;
  /** Only a redirect has a verdict to settle; a probe counts among the links of a burst. */
  answer: 'redirect' | 'probe';
  class: SettledClass;
  score: number;
  reasons: readonly string[];
  clickSource: string;
  sessionId?: string;
  /** Office itself asked from the same network shortly before. */
  isAfterPreflight: boolean;
  /** A burst that was known before came from the same network shortly before. */
  isFlagged: boolean;
}

export interface SettledVerdict {
  class: SettledClass;
  score: number;
  reasons: readonly string[];
  clickSource: string;
}

export interface Settlement {
  /** By click id: verdicts of the redirects that differ from what stands. */
  changed: Map<string, SettledVerdict>;
  /** The end of each second with a hit of a burst, ms since 1970, in order: so long it takes until the network is suspected. */
  flags: readonly number[];
}

/** How long a network is suspected after a burst. */
export const FLAGGED_MS = FLAGGED_MINUTES * 60_000;

/**
 * Judges the hits of one network beside each other, in order of time. Pure, and the same again on what it answered:
 * signs of an earlier settlement are taken off before new ones are put on.
 *
 * @param countLinks how many links a document has, undefined where that is not known
 * @param earlier flags of hits before these that no hit knows of
 */
export function settleHits(
  hits: readonly Hit[],
  countLinks: (document: string) => number | undefined,
  earlier: readonly number[] = [],
): Settlement {
  const bursts = findBursts(hits, countLinks);
  const flags = inOrder(Array.from(bursts, ({ clickedAtMs }) => Math.ceil(clickedAtMs / 1_000) * 1_000));
  const isAfterBurst = followBursts(inOrder([...earlier, ...flags]));
  const changed = new Map<string, SettledVerdict>();
  const lastClicks = new Map<string, number>();
  for (const hit of hits) {
    if (hit.answer !== 'redirect') continue;
    const isFlagged = isAfterBurst(hit.clickedAtMs) || hit.isFlagged;
    const settled = settleHit(hit, { isBurst: bursts.has(hit), isFlagged, lastClicks });
    const verdict = hit.reasons.includes(BOOKED) ? asBooked(settled) : settled;
    if (differs(hit, verdict)) changed.set(hit.clickId, verdict);
  }
  return { changed, flags };
}

/** Tells of moments, asked for in order, whether a burst came shortly before. */
function followBursts(flags: readonly number[]): (atMs: number) => boolean {
  let next = 0;
  let last = Number.NEGATIVE_INFINITY;
  return (atMs) => {
    for (let flag = flags[next]; flag !== undefined && flag <= atMs; flag = flags[++next]) last = flag;
    return atMs - last < FLAGGED_MS;
  };
}

function inOrder(moments: readonly number[]): number[] {
  return [...new Set(moments)].sort((a, b) => a - b);
}

interface Surroundings {
  isBurst: boolean;
  isFlagged: boolean;
  /** When each visitor last clicked each link. */
  lastClicks: Map<string, number>;
}

function settleHit(hit: Hit, { isBurst, isFlagged, lastClicks }: Surroundings): SettledVerdict {
  const verdict = weigh(hit, { isBurst, isFlagged });
  if (verdict.score >= MACHINE_SCORE || hit.sessionId === undefined) return verdict;
  const visit = `${hit.sessionId} ${hit.trackingId}`;
  const last = lastClicks.get(visit);
  lastClicks.set(visit, hit.clickedAtMs);
  const isRepeated = last !== undefined && hit.clickedAtMs - last <= DUPLICATE_WITHIN_MS;
  return isRepeated ? { ...verdict, class: 'duplicate', reasons: [...verdict.reasons, 'repeated'] } : verdict;
}

/** A reason that is no sign settled the class at arrival: nothing beside the click can change it. */
function weigh(hit: Hit, network: Pick<Surroundings, 'isBurst' | 'isFlagged'>): SettledVerdict {
  const arrival = hit.reasons.filter((reason) => !isSettlingReason(reason));
  const clickSource = hit.isAfterPreflight ? toWordSource(hit.clickSource) : hit.clickSource;
  if (arrival.some((reason) => !findSign(reason) && reason !== 'reported')) {
    return { class: toClass(hit.score), score: hit.score, reasons: arrival, clickSource };
  }
  const reasons = [...arrival, ...listSettlingSigns({ ...network, isAfterPreflight: hit.isAfterPreflight })];
  const score = scoreOf(reasons);
  return { class: toClass(score), score, reasons, clickSource };
}

function isSettlingReason(reason: string): boolean {
  return reason === 'repeated' || reason === BOOKED || SETTLING_SIGNS.some((sign) => sign === reason);
}

/** The burst that flagged a network is not held against its own clicks twice. */
function listSettlingSigns({
  isBurst,
  isFlagged,
  isAfterPreflight,
}: {
  isBurst: boolean;
  isFlagged: boolean;
  isAfterPreflight: boolean;
}): Sign[] {
  const signs: Sign[] = [];
  if (isBurst) signs.push('burst');
  else if (isFlagged) signs.push('flagged_network');
  if (isAfterPreflight) signs.push('office_preflight_before');
  return signs;
}

/** What names its source keeps it. */
function toWordSource(clickSource: string): string {
  return clickSource === 'document-or-app' ? 'document:word' : clickSource;
}

function differs(hit: Hit, verdict: SettledVerdict): boolean {
  return (
    hit.class !== verdict.class ||
    hit.score !== verdict.score ||
    hit.clickSource !== verdict.clickSource ||
    hit.reasons.join() !== verdict.reasons.join()
  );
}

function findBursts(hits: readonly Hit[], countLinks: (document: string) => number | undefined): Set<Hit> {
  const bursts = new Set<Hit>();
  for (const [document, together] of Map.groupBy(hits, (hit) => hit.document)) {
    if (document === undefined || new Set(together.map(({ trackingId }) => trackingId)).size < 2) continue;
    const all = Math.max(2, countLinks(document) ?? Number.POSITIVE_INFINITY);
    for (const { links, withinMs } of BURSTS) {
      for (const hit of findCrowded(together, { links: links === 'all' ? all : links, withinMs }))
        bursts.add(hit);
    }
  }
  return bursts;
}

/** Hits that stand in some window of time with so many different links; each hit is looked at twice at most. */
function* findCrowded(
  hits: readonly Hit[],
  { links, withinMs }: { links: number; withinMs: number },
): Generator<Hit> {
  const inWindow = new Map<string, number>();
  let start = 0;
  let named = 0;
  for (const [end, hit] of hits.entries()) {
    inWindow.set(hit.trackingId, (inWindow.get(hit.trackingId) ?? 0) + 1);
    for (
      let left = hits[start];
      left && hit.clickedAtMs - left.clickedAtMs > withinMs;
      left = hits[++start]
    ) {
      const rest = (inWindow.get(left.trackingId) ?? 0) - 1;
      if (rest > 0) inWindow.set(left.trackingId, rest);
      else inWindow.delete(left.trackingId);
    }
    if (inWindow.size < links) continue;
    for (let i = Math.max(start, named); i <= end; i++) {
      const crowded = hits[i];
      if (crowded) yield crowded;
    }
    named = end + 1;
  }
}
