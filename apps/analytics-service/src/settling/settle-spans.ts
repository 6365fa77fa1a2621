import type { EntityManager } from 'typeorm';
import { BURSTS, DUPLICATE_WITHIN_MS } from '../classification/rules.js';
import { asRead, type ChangedVerdict } from './change-classes.query.js';
import type { NetworkFlag } from './flag-networks.query.js';
import { FLAGGED_MS, settleHits } from './settle-hits.js';
import {
  countDocumentLinks,
  findSpansWithPreflights,
  type HitRow,
  judgePreflights,
  listHits,
  PAGE_HITS,
  type Span,
} from './settling.query.js';

/** Networks read by one query: at first, and at most where few clicks came from each. */
const CHUNK_SPANS = 20;
const MAX_CHUNK_SPANS = 200;
/** Hits that one query should bring, about: they are what settling holds in memory. */
const CHUNK_HITS = 5_000;
/** Hits read and verdicts changed from which on the rest waits for the next transaction. */
const MAX_HITS = 60_000;
const MAX_VERDICTS = 20_000;
/** Hits at the edge of a full page that are judged by the page beside it, which sees what lies on both sides. */
const MARGIN_HITS = 125;
/** How far apart two clicks can stand and still bear on each other. */
const REACH_MS = Math.max(DUPLICATE_WITHIN_MS, ...BURSTS.map(({ withinMs }) => withinMs));

export interface SettledSpans {
  /** By click id. */
  verdicts: Map<string, ChangedVerdict>;
  /** Each burst's, see {@link NetworkFlag}. */
  flags: NetworkFlag[];
  /** What there was no room for. */
  rest: Span[];
}

/**
 * Judges the clicks of these spans again beside each other, and those within reach: a late click changes earlier ones.
 * Takes bounded memory: what is too much for one transaction is left over.
 */
export async function settleSpans(
  manager: EntityManager,
  spans: readonly Span[],
  now: Date,
): Promise<SettledSpans> {
  const settled: SettledSpans = { verdicts: new Map(), flags: [], rest: [] };
  const merged = mergeSpans(spans);
  const withPreflights = await findSpansWithPreflights(manager, merged);
  let size = CHUNK_SPANS;
  let hits = 0;
  for (let done = 0; done < merged.length; ) {
    if (hits >= MAX_HITS || settled.verdicts.size >= MAX_VERDICTS) {
      return { ...settled, rest: merged.slice(done) };
    }
    const chunk = merged.slice(done, done + size);
    done += chunk.length;
    const read = await settlePages(manager, chunk.map(widen), settled);
    const asked = chunk.filter((span) => withPreflights.has(span));
    for (const verdict of await judgePreflights(manager, asked, now))
      settled.verdicts.set(verdict.clickId, verdict);
    hits += read;
    if (read > CHUNK_HITS) size = Math.ceil(size / 2);
    else if (read < CHUNK_HITS / 2) size = Math.min(2 * size, MAX_CHUNK_SPANS);
  }
  return settled;
}

/** Spans of one network that touch within reach become one; in order of network and time. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const sorted = [...spans].sort(
    (a, b) => (a.network < b.network ? -1 : a.network > b.network ? 1 : 0) || a.firstMs - b.firstMs,
  );
  const merged: Span[] = [];
  for (const span of sorted) {
    const previous = merged.at(-1);
    if (previous?.network === span.network && span.firstMs - previous.lastMs <= 4 * REACH_MS) {
      previous.lastMs = Math.max(previous.lastMs, span.lastMs);
    } else merged.push({ ...span });
  }
  return merged;
}

/** Once for the clicks that these bear on, once more for what bears on those. */
function widen({ network, firstMs, lastMs }: Span): Span {
  return { network, firstMs: firstMs - 2 * REACH_MS, lastMs: lastMs + 2 * REACH_MS };
}

/** One reading of a span; one that goes on where another ended begins with hits of that one. */
interface Page extends Span {
  isContinued?: boolean;
  /** Of the readings before, as far as they bear on this one. */
  flags?: readonly number[];
}

/** A span with more hits than a page goes on shortly before the end of its page until the last one. Answers how many hits there were. */
async function settlePages(
  manager: EntityManager,
  spans: readonly Span[],
  settled: SettledSpans,
): Promise<number> {
  let hits = 0;
  for (let open: readonly Page[] = spans; open.length > 0; ) {
    const pages = await listHits(manager, open);
    const linkCounts = await countDocumentLinks(manager, pages.flat());
    const next = open.slice(0, pages.length).flatMap((page, i) => {
      const read = pages[i] ?? [];
      return nextPage(page, read, settlePage(page, read, { linkCounts, settled }));
    });
    open = [...next, ...open.slice(pages.length)];
    hits += pages.reduce((sum, page) => sum + page.length, 0);
  }
  return hits;
}

function nextPage(page: Page, hits: readonly HitRow[], flags: readonly number[]): Page[] {
  if (hits.length < PAGE_HITS) return [];
  const firstMs = Math.max(hits[PAGE_HITS - 2 * MARGIN_HITS]?.clickedAtMs ?? 0, page.firstMs + 1);
  if (firstMs > page.lastMs) return [];
  const recent = [...(page.flags ?? []), ...flags].filter((flag) => flag > firstMs - FLAGGED_MS);
  return [{ ...page, firstMs, isContinued: true, flags: recent }];
}

/** Answers the flags that its hits set. */
function settlePage(
  page: Page,
  hits: readonly HitRow[],
  { linkCounts, settled }: { linkCounts: Map<string, number>; settled: SettledSpans },
): readonly number[] {
  const { changed, flags } = settleHits(hits, (document) => linkCounts.get(document), page.flags);
  const inner = listInner(page, hits);
  for (const hit of inner) {
    const { clickId, clickedAt, clickedAtMs } = hit;
    const verdict = changed.get(clickId);
    if (verdict)
      settled.verdicts.set(clickId, { ...verdict, clickId, clickedAt, clickedAtMs, was: asRead(hit) });
    else settled.verdicts.delete(clickId);
  }
  const { network, lastMs } = page;
  const firstMs = inner[0]?.clickedAtMs ?? Number.POSITIVE_INFINITY;
  for (const flag of flags) {
    const settledUntil = new Date(flag < firstMs ? flag : lastMs - REACH_MS);
    settled.flags.push({ network, flaggedAt: new Date(flag), settledUntil });
  }
  return flags;
}

/** At the edges of a page a hit does not see all that bears on it; the page beside it does. */
function listInner(page: Page, hits: readonly HitRow[]): readonly HitRow[] {
  const isFull = hits.length === PAGE_HITS;
  const from = page.isContinued ? MARGIN_HITS : 0;
  const to = isFull ? PAGE_HITS - MARGIN_HITS : hits.length;
  const firstMs = page.isContinued ? page.firstMs : page.firstMs + REACH_MS;
  return hits
    .slice(from, to)
    .filter(({ clickedAtMs }) => clickedAtMs >= firstMs && clickedAtMs <= page.lastMs - REACH_MS + 1);
}
