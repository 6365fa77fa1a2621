import type { DataSource } from 'typeorm';

/** Newest navigations shown of one link. */
export const TIMELINE_LIMIT = 100;

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
  class: string;
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

/**
 * The last 24 hours and 7 days are exact: whole UTC days come from their counters, only the day in which the window
 * begins is counted click by click. $1 tracking id, $2 now.
 */
const STATISTICS = `
WITH recent AS (
  SELECT span.name,
    (SELECT coalesce(sum(total_clicks), 0) FROM link_days
     WHERE tracking_id = $1 AND day = ANY (ARRAY(
       SELECT generate_series(span.whole_days, $2::timestamptz AT TIME ZONE 'UTC' + interval '1 day', '1 day')::date)))
    + (SELECT count(*) FROM link_clicks
       WHERE tracking_id = $1 AND answer = 'redirect' AND clicked_at > span.starts
         AND clicked_at < span.whole_days AT TIME ZONE 'UTC') AS clicks
  FROM (SELECT name, starts, date_trunc('day', starts AT TIME ZONE 'UTC') + interval '1 day' AS whole_days
        FROM (VALUES ('24h', $2::timestamptz - interval '24 hours'), ('7d', $2::timestamptz - interval '7 days'))
          AS spans (name, starts)) AS span
)
SELECT
  coalesce(counters.total_clicks, 0)::float8 AS total_clicks,
  coalesce(counters.human_clicks, 0)::float8 AS human_clicks,
  coalesce(counters.machine_clicks, 0)::float8 AS machine_clicks,
  coalesce(counters.suspected_clicks, 0)::float8 AS suspected_clicks,
  coalesce(counters.duplicate_clicks, 0)::float8 AS duplicate_clicks,
  coalesce(counters.total_clicks - counters.human_clicks - counters.machine_clicks - counters.suspected_clicks
    - counters.duplicate_clicks, 0)::float8 AS own_clicks,
  coalesce(counters.inferred_opens, 0)::float8 AS inferred_opens,
  coalesce(counters.other_hits, 0)::float8 AS other_hits,
  coalesce((SELECT sum(unique_sessions) FROM session_counters WHERE scope_key = hashtextextended('l:' || $1, 0)), 0)::float8
    AS unique_sessions,
  counters.first_click, counters.last_click,
  (SELECT clicks FROM recent WHERE name = '24h')::float8 AS clicks_24h,
  (SELECT clicks FROM recent WHERE name = '7d')::float8 AS clicks_7d
FROM (VALUES ($1::text)) AS asked (tracking_id)
LEFT JOIN link_counters AS counters USING (tracking_id)`;

export async function getClickStatistics(
  dataSource: DataSource,
  trackingId: string,
  now = new Date(),
): Promise<ClickStatistics> {
  const [row] = await dataSource.query(STATISTICS, [trackingId, now]);
  return row;
}

const TIMELINE = `
SELECT click_id, clicked_at, click_source, class, score, reasons, device, browser, os, country, city, user_agent,
  referrer_url, session_id, host(ip_address) AS ip_address
FROM link_clicks WHERE tracking_id = $1 AND answer = 'redirect'
ORDER BY clicked_at DESC LIMIT ${TIMELINE_LIMIT}`;

/** The newest {@link TIMELINE_LIMIT} navigations, newest first. */
export async function listTimeline(dataSource: DataSource, trackingId: string): Promise<TimelineEntry[]> {
  return dataSource.query(TIMELINE, [trackingId]);
}
