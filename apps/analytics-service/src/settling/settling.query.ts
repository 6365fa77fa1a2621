import type { EntityManager } from 'typeorm';
import type { SettledClass } from '../classification/classify.js';
import { FLAGGED_MINUTES, PREFLIGHT_SECONDS } from '../classification/rules.js';
import { asRead, type ChangedVerdict } from './change-classes.query.js';
import type { Hit } from './settle-hits.js';

/** A network's time to look at, both ends included. */
export interface Span {
  network: string;
  firstMs: number;
  lastMs: number;
}

export interface HitRow extends Hit {
  clickedAt: string;
  applicationId?: string;
  jobId?: string;
}

/** Hits read of one span at once: no network, however busy, takes more memory. */
export const PAGE_HITS = 2_000;
/** Hits read of several spans at once, whatever lies in them: more than one page. */
const READ_HITS = 10_000;

/** Settled beside each other: the clicks of a network always lie in one and the same lane. */
export const LANES = 2;

/** SQL: the lane of a network. */
export function laneOf(network: string): string {
  return `(hashtext(${network}::text) & ${LANES - 1})::smallint`;
}

const TAKE_DUE = `
DELETE FROM settling WHERE id IN (
  SELECT id FROM settling WHERE lane = $1 AND due_at <= $2 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
)
RETURNING due_at, networks::text[] AS networks, firsts, lasts`;

interface DueRow {
  due_at: Date;
  networks: string[];
  firsts: Date[];
  lasts: Date[];
}

/** Takes up to so many batches off the queue, as spans of networks. */
export async function takeDueSpans(
  manager: EntityManager,
  { lane, now, batches }: { lane: number; now: Date; batches: number },
): Promise<{ dueAt: Date | undefined; spans: Span[] }> {
  const [rows]: [DueRow[]] = await manager.query(TAKE_DUE, [lane, now, batches]);
  const spans = rows.flatMap(({ networks, firsts, lasts }) =>
    networks.map((network, i) => ({
      network,
      firstMs: firsts[i]?.getTime() ?? 0,
      lastMs: lasts[i]?.getTime() ?? 0,
    })),
  );
  const due = rows.map(({ due_at }) => due_at.getTime());
  return { dueAt: due.length > 0 ? new Date(Math.min(...due)) : undefined, spans };
}

const PUT_BACK = `
INSERT INTO settling (lane, due_at, networks, firsts, lasts)
VALUES ($1, $2, $3::cidr[], $4::timestamptz[], $5::timestamptz[])`;

/** Puts down again what a round had no room for, with the time at which it was due. */
export async function putBack(
  manager: EntityManager,
  { lane, dueAt, spans }: { lane: number; dueAt: Date; spans: readonly Span[] },
): Promise<void> {
  if (spans.length > 0) await manager.query(PUT_BACK, [lane, dueAt, ...toColumns(spans)]);
}

const SPANS = `unnest($1::cidr[], $2::timestamptz[], $3::timestamptz[]) WITH ORDINALITY AS span (network, first, last, n)`;

/** SQL: preflights from the network of a span. */
const PREFLIGHTS_FROM_NETWORK = `FROM link_clicks AS preflight
    WHERE preflight.answer = 'preflight' AND preflight.ip_address IS NOT NULL
      AND network_of(preflight.ip_address) = span.network`;
const PREFLIGHT_REACH = `interval '${PREFLIGHT_SECONDS} seconds'`;
/** SQL: bursts known of the network of a span. */
const FLAGS_OF_NETWORK = 'FROM flagged_networks AS flagged WHERE flagged.network = span.network';
/** SQL: how long a network is suspected after a burst. */
export const FLAG_REACH = `interval '${FLAGGED_MINUTES} minutes'`;

/** What surrounds a hit is looked up only where its span has anything of that kind: hardly any has. */
const HITS = `
SELECT n::int AS "spanNumber", click_id AS "clickId", clicked_at::text AS "clickedAt",
  (extract(epoch FROM clicked_at) * 1000)::float8 AS "clickedAtMs", tracking_id AS "trackingId",
  user_id || coalesce(' a:' || application_id, ' j:' || job_id) AS document, application_id AS "applicationId",
  job_id AS "jobId", answer, class, score, array_to_string(reasons, ',') AS reasons, click_source AS "clickSource",
  session_id AS "sessionId",
  has_preflights AND EXISTS (
    SELECT ${PREFLIGHTS_FROM_NETWORK} AND preflight.click_source = 'document:word'
      AND preflight.clicked_at BETWEEN hit.clicked_at - ${PREFLIGHT_REACH} AND hit.clicked_at
  ) AS "isAfterPreflight",
  has_flags AND EXISTS (
    SELECT ${FLAGS_OF_NETWORK} AND flagged_at <= hit.clicked_at AND flagged_at > hit.clicked_at - ${FLAG_REACH}
  ) AS "isFlagged"
FROM ${SPANS} CROSS JOIN LATERAL (
  SELECT EXISTS (
      SELECT ${PREFLIGHTS_FROM_NETWORK} AND preflight.click_source = 'document:word'
        AND preflight.clicked_at BETWEEN span.first - ${PREFLIGHT_REACH} AND span.last
    ) AS has_preflights,
    EXISTS (
      SELECT ${FLAGS_OF_NETWORK} AND flagged_at <= span.last AND flagged_at > span.first - ${FLAG_REACH}
    ) AS has_flags
  OFFSET 0
) AS surroundings CROSS JOIN LATERAL (
  SELECT * FROM link_clicks
  WHERE ip_address IS NOT NULL AND network_of(ip_address) = span.network
    AND clicked_at BETWEEN span.first AND span.last AND answer IN ('redirect', 'probe') AND class <> 'self'
  ORDER BY clicked_at, click_id LIMIT ${PAGE_HITS}
) AS hit
ORDER BY n, clicked_at, click_id LIMIT ${READ_HITS}`;

/**
 * The first {@link PAGE_HITS} hits of each span, in order of time; the owner's own are nothing to judge, nor to judge others by.
 * Of the first spans only, at least of one, where all would be too many at once.
 */
export async function listHits(manager: EntityManager, spans: readonly Span[]): Promise<HitRow[][]> {
  const rows: StoredHit[] = await manager.query(HITS, toColumns(spans));
  const bySpan = Map.groupBy(rows.map(toHit), ({ spanNumber }) => spanNumber);
  const cutOff = rows.length < READ_HITS ? undefined : rows.at(-1);
  return spans.slice(0, cutOff && cutOff.spanNumber - 1).map((_span, i) => bySpan.get(i + 1) ?? []);
}

type StoredHit = Omit<HitRow, 'reasons'> & { spanNumber: number; reasons: string };

function toHit(row: StoredHit): HitRow & { spanNumber: number } {
  return {
    ...row,
    reasons: row.reasons === '' ? [] : row.reasons.split(','),
    document: row.document ?? undefined,
    sessionId: row.sessionId ?? undefined,
    applicationId: row.applicationId ?? undefined,
    jobId: row.jobId ?? undefined,
  };
}

const SPANS_WITH_PREFLIGHTS = `
SELECT n::int - 1 AS index FROM ${SPANS} WHERE EXISTS (
  SELECT ${PREFLIGHTS_FROM_NETWORK} AND preflight.clicked_at BETWEEN span.first - ${PREFLIGHT_REACH} AND span.last
)`;

/** Those of the spans that {@link judgePreflights} has anything to judge of. */
export async function findSpansWithPreflights(
  manager: EntityManager,
  spans: readonly Span[],
): Promise<Set<Span | undefined>> {
  const rows: { index: number }[] = await manager.query(SPANS_WITH_PREFLIGHTS, toColumns(spans));
  return new Set(rows.map(({ index }) => spans[index]));
}

/**
 * Preflights of the spans, and those up to two minutes earlier, whose class no longer fits: `inferred` is the first of
 * a row of preflights of one link from one network that no browser followed in time. $4 now.
 */
const PREFLIGHTS = `
SELECT click_id AS "clickId", clicked_at::text AS "clickedAt",
  (extract(epoch FROM clicked_at) * 1000)::float8 AS "clickedAtMs", class, score, reasons, click_source AS "clickSource",
  is_inferred AS "isInferred"
FROM (
  SELECT DISTINCT ON (click_id, clicked_at) preflight.*, NOT EXISTS (
    SELECT FROM link_clicks AS followed
    WHERE followed.tracking_id = preflight.tracking_id AND followed.answer = 'redirect'
      AND followed.clicked_at BETWEEN preflight.clicked_at
        AND preflight.clicked_at + interval '${PREFLIGHT_SECONDS} seconds'
      AND network_of(followed.ip_address) = span.network
  ) AND NOT EXISTS (
    SELECT FROM link_clicks AS earlier
    WHERE earlier.tracking_id = preflight.tracking_id AND earlier.answer = 'preflight'
      AND earlier.clicked_at BETWEEN preflight.clicked_at - interval '${PREFLIGHT_SECONDS} seconds'
        AND preflight.clicked_at
      AND (earlier.clicked_at, earlier.click_id) < (preflight.clicked_at, preflight.click_id)
      AND network_of(earlier.ip_address) = span.network
  ) AS is_inferred
  FROM ${SPANS} CROSS JOIN LATERAL (
    SELECT * FROM link_clicks
    WHERE answer = 'preflight' AND class <> 'self' AND ip_address IS NOT NULL
      AND network_of(ip_address) = span.network AND clicked_at BETWEEN span.first - interval '${PREFLIGHT_SECONDS} seconds' AND span.last
      AND clicked_at <= $4::timestamptz - interval '${PREFLIGHT_SECONDS} seconds'
    ORDER BY clicked_at LIMIT ${PAGE_HITS}
  ) AS preflight
) AS judged
WHERE is_inferred <> (class = 'inferred')`;

const INFERRED = 'no_browser_followed';

/** Verdicts of the preflights whose class changes. */
export async function judgePreflights(
  manager: EntityManager,
  spans: readonly Span[],
  now: Date,
): Promise<ChangedVerdict[]> {
  if (spans.length === 0) return [];
  const rows: (Omit<ChangedVerdict, 'was'> & { isInferred: boolean })[] = await manager.query(PREFLIGHTS, [
    ...toColumns(spans),
    now,
  ]);
  return rows.map(({ isInferred, reasons, ...preflight }) => {
    const arrival = reasons.filter((reason) => reason !== INFERRED);
    const settled: SettledClass = isInferred ? 'inferred' : 'machine';
    return {
      ...preflight,
      class: settled,
      reasons: isInferred ? [...arrival, INFERRED] : arrival,
      was: asRead(preflight),
    };
  });
}

const COUNT_LINKS = `
SELECT user_id || coalesce(' a:' || application_id, ' j:' || job_id) AS document, count(*)::int AS links
FROM links WHERE application_id = ANY ($1) OR (application_id IS NULL AND job_id = ANY ($2)) GROUP BY 1`;

/** How many links each document of these hits has, as far as known. */
export async function countDocumentLinks(
  manager: EntityManager,
  hits: readonly HitRow[],
): Promise<Map<string, number>> {
  const applicationIds = distinct(hits.map(({ applicationId }) => applicationId));
  const jobIds = distinct(hits.map(({ applicationId, jobId }) => (applicationId ? undefined : jobId)));
  if (applicationIds.length + jobIds.length === 0) return new Map();
  const rows: { document: string; links: number }[] = await manager.query(COUNT_LINKS, [
    applicationIds,
    jobIds,
  ]);
  return new Map(rows.map(({ document, links }) => [document, links]));
}

function toColumns(spans: readonly Span[]): [string[], Date[], Date[]] {
  return [
    spans.map(({ network }) => network),
    spans.map(({ firstMs }) => new Date(firstMs)),
    // Clicks carry microseconds.
    spans.map(({ lastMs }) => new Date(lastMs + 1)),
  ];
}

function distinct(values: readonly (string | undefined)[]): string[] {
  return [...new Set(values.filter((value) => value !== undefined))];
}
