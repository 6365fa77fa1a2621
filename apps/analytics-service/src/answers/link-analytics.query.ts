import type { DataSource } from 'typeorm';
import { type HitClass, InvalidCursorError } from './answer-filter.js';
import {
  type Counted,
  clickEnd,
  countOf,
  countSessions,
  humanOf,
  isCounted,
  Parameters,
  sumLinks,
} from './period-figures.query.js';

/** Newest navigations shown of one link, unless another number is asked for. */
const TIMELINE_LIMIT = 100;

export interface ClickStatistics {
  total_clicks: number;
  human_clicks: number;
  machine_clicks: number;
  suspected_clicks: number;
  /** A visitor's clicks repeated within seconds: among the total, not among the human ones. */
  duplicate_clicks: number;
  /** The owner's own: among the total, and nowhere else. */
  own_clicks: number;
  /** Opens in Word that no browser followed: among the other hits. */
  inferred_opens: number;
  /** Preflights, probes and prefetches: kept, but no clicks. */
  other_hits: number;
  /** Sessions with a human click; a visitor of two days is two sessions. */
  unique_sessions: number;
  first_click: Date | null;
  last_click: Date | null;
  clicks_24h: number;
  clicks_7d: number;
}

export interface TimelineEntry {
  click_id: string;
  clicked_at: Date;
  click_source: string;
  class: HitClass;
  score: number;
  reasons: string[];
  device: string | null;
  browser: string | null;
  os: string | null;
  country: string | null;
  /** Known only where `GEO_DB` has cities. */
  city: string | null;
  user_agent: string | null;
  referrer_url: string | null;
  session_id: string | null;
  ip_address: string | null;
}

/** Until then, whatever the period: the newest whole hours and days. */
const WINDOWS = { clicks_24h: 24, clicks_7d: 7 * 24 } as const;
const HOUR_MS = 3_600_000;

/** The link's figures as counted; those of the last 24 hours and 7 days are to the second. */
export async function getClickStatistics(
  dataSource: DataSource,
  trackingId: string,
  { period, classes }: Counted = ALL,
  now = new Date(),
): Promise<ClickStatistics> {
  const parameters = new Parameters();
  const id = parameters.add(trackingId);
  const windows = Object.entries(WINDOWS).map(([name, hours]) => {
    const recent = { from: new Date(now.getTime() - hours * HOUR_MS) };
    return `coalesce((SELECT ${countOf(classes)} FROM (${sumLinks(parameters, 'asked', recent)}) AS recent), 0)::float8 AS ${name}`;
  });
  const [row] = await dataSource.query(
    `WITH asked AS (SELECT ${id}::text AS tracking_id)
     SELECT coalesce(${countOf(classes)}, 0)::float8 AS total_clicks, coalesce(${humanOf(classes)}, 0)::float8 AS human_clicks,
       ${only(classes, 'machine')} AS machine_clicks, ${only(classes, 'suspected')} AS suspected_clicks,
       ${only(classes, 'duplicate')} AS duplicate_clicks, ${only(classes, 'self')} AS own_clicks,
       coalesce(inferred, 0)::float8 AS inferred_opens, coalesce(other, 0)::float8 AS other_hits,
       ${countSessions(parameters, { scope: `'l:' || ${id}`, links: `ARRAY[${id}]`, period, classes })}::float8 AS unique_sessions,
       ${clickEnd(parameters, 'first', { period, classes })} AS first_click,
       ${clickEnd(parameters, 'last', { period, classes })} AS last_click,
       ${windows.join(',\n       ')}
     FROM asked AS link LEFT JOIN (${sumLinks(parameters, 'asked', period)}) AS figures USING (tracking_id)`,
    parameters.values,
  );
  return row;
}

const ALL: Counted = { period: undefined, classes: undefined };

function only(classes: Counted['classes'], name: 'machine' | 'suspected' | 'duplicate' | 'self'): string {
  return !classes || classes.includes(name) ? `coalesce(${countOf([name])}, 0)::float8` : '0::float8';
}

export interface TimelinePage {
  clicks: TimelineEntry[];
  /** Names the page after this one; null on the last. */
  next: string | null;
}

/**
 * Navigations as counted, newest first. Days that have some are known from their counters: only those are read, and as
 * many as fill the page. Within a day the index gives them in order of time; what shares a moment is ordered afterwards.
 */
export async function listTimeline(
  dataSource: DataSource,
  trackingId: string,
  { period, classes }: Counted,
  { limit = TIMELINE_LIMIT, cursor }: { limit?: number | undefined; cursor?: string | undefined } = {},
): Promise<TimelinePage> {
  const parameters = new Parameters();
  const id = parameters.add(trackingId);
  const from = `${parameters.add(period?.from ?? '-infinity')}::timestamptz`;
  const to = `${parameters.add(period?.to ?? 'infinity')}::timestamptz`;
  const [clickedAt, clickId] = cursor === undefined ? ['infinity', LAST_ID] : readPosition(cursor);
  const before = [`${parameters.add(clickedAt)}::timestamptz`, `${parameters.add(clickId)}::uuid`] as const;
  const size = parameters.add(limit + 1);
  const rows: (TimelineEntry & { position: string })[] = await dataSource.query(
    `SELECT click.* FROM (
       SELECT day FROM (
         SELECT day, counted, sum(counted) OVER (ORDER BY day DESC) - counted - first_value(counted) OVER (ORDER BY day DESC)
           AS newer
         FROM (SELECT day, ${countOf(classes)} AS counted FROM (${DAYS}
           WHERE tracking_id = ${id} AND day >= (${from} AT TIME ZONE 'UTC')::date
             AND day <= (least(${to}, ${before[0]}) AT TIME ZONE 'UTC')::date) AS held) AS days
         WHERE counted > 0
       ) AS clicked WHERE newer < ${size}
     ) AS wanted CROSS JOIN LATERAL (
       SELECT ${ENTRY} FROM link_clicks
       WHERE tracking_id = ${id} AND clicked_at >= greatest(${from}, day::timestamp AT TIME ZONE 'UTC')
         AND clicked_at < least(${to}, (day + 1)::timestamp AT TIME ZONE 'UTC')
         AND (clicked_at, click_id) < (${before.join(', ')}) AND ${isCounted(parameters, classes)}
       ORDER BY clicked_at DESC FETCH FIRST ${size} ROWS WITH TIES
     ) AS click ORDER BY clicked_at DESC, click_id DESC LIMIT ${size}`,
    parameters.values,
  );
  const page = rows.slice(0, limit);
  const end = rows.length > limit ? page.at(-1) : undefined;
  return {
    clicks: page.map(({ position: _, ...click }) => click),
    next: end ? Buffer.from(`${end.position} ${end.click_id}`).toString('base64url') : null,
  };
}

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const DAYS = `SELECT day, total_clicks AS total, human_clicks AS human, machine_clicks AS machine,
  suspected_clicks AS suspected, duplicate_clicks AS duplicate FROM link_days`;
/** Seconds since 1970 as position: PostgreSQL reads back its own microseconds. */
const ENTRY = `click_id, clicked_at, click_source, class, score, reasons, device, browser, os, country, city, user_agent,
  referrer_url, session_id, host(ip_address) AS ip_address,
  to_char(clicked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS position`;

function readPosition(cursor: string): [string, string] {
  const text = Buffer.from(cursor, 'base64url').toString();
  const [, clickedAt, clickId] = /^(\d{4}-\d\d-\d\dT[\d:.]{15}Z) ([0-9a-f-]{36})$/.exec(text) ?? [];
  if (!clickedAt || !clickId || Number.isNaN(Date.parse(clickedAt))) throw new InvalidCursorError();
  return [clickedAt, clickId];
}
