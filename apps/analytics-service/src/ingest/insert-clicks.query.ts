import { PREFLIGHT_SECONDS, RULES_VERSION } from '../classification/rules.js';
import { NOTE_CLICKS } from '../notifications/click-notices.query.js';
import { VISITORS_VERSION } from '../privacy/erased-visitors.service.js';
import { countFigures, moveActivity, quarterOf } from '../read-models/activity.query.js';
import { laneOf } from '../settling/settling.query.js';
import type { ClickRow } from './click-row.js';
import { joinColumn, unnestColumn } from './text-column.js';

/** Clicks settle so long after they are stored: by then those beside them have mostly arrived, s. */
const SETTLE_SECONDS = 15;

/** What travels with each click, in the order of the parameters. */
const COLUMNS: readonly { name: string; type: string; value(row: ClickRow): string | undefined }[] = [
  { name: 'click_id', type: 'uuid', value: (row) => row.clickId },
  { name: 'clicked_at', type: 'timestamptz', value: (row) => row.clickedAt },
  { name: 'tracking_id', type: 'text', value: (row) => row.trackingId },
  { name: 'user_id', type: 'text', value: (row) => row.userId },
  { name: 'job_id', type: 'text', value: (row) => row.jobId },
  { name: 'application_id', type: 'text', value: (row) => row.applicationId },
  { name: 'link_function', type: 'text', value: (row) => row.linkFunction },
  { name: 'answer', type: 'text', value: (row) => row.answer },
  { name: 'class', type: 'text', value: (row) => row.class },
  { name: 'score', type: 'smallint', value: (row) => String(row.score) },
  { name: 'reasons', type: 'text', value: (row) => row.reasons.join(',') },
  { name: 'ip_address', type: 'inet', value: (row) => row.ip },
  { name: 'user_agent', type: 'text', value: (row) => row.userAgent },
  { name: 'referrer_url', type: 'text', value: (row) => row.referrerUrl },
  { name: 'session_id', type: 'text', value: (row) => row.sessionId },
  { name: 'click_source', type: 'text', value: (row) => row.clickSource },
  { name: 'device', type: 'text', value: (row) => row.device },
  { name: 'browser', type: 'text', value: (row) => row.browser },
  { name: 'os', type: 'text', value: (row) => row.os },
  { name: 'country', type: 'text', value: (row) => row.country },
  { name: 'city', type: 'text', value: (row) => row.city },
  { name: 'metadata', type: 'text', value: (row) => row.metadata },
  { name: 'facts', type: 'text', value: (row) => row.facts },
  { name: 'request_id', type: 'text', value: (row) => row.requestId },
];

/** The parameter that holds the links' ids. */
const TRACKING_IDS = COLUMNS.findIndex(({ name }) => name === 'tracking_id') + 1;

/**
 * Stores a batch of clicks and moves every counter, in one statement and so in one transaction.
 *
 * - Only rows really inserted (`RETURNING` after `ON CONFLICT DO NOTHING`) move counters: a redelivered click
 *   changes nothing.
 * - Every insert and upsert is ordered by its key, and all writers take their locks in one order, so that they cannot
 *   deadlock: sessions, links, days, activity, sources. Data-modifying WITH queries that nothing reads run from the last to the
 *   first: what many batches share is locked last, just before the commit, and one link that everybody clicks does not
 *   make writers wait for each other's work.
 * - Unique sessions are those with at least one human navigation; `xmax = 0` tells a session's first row from an
 *   updated one.
 *
 * The networks of the batch are put down for settling, those of preflights for when a browser would have followed.
 *
 * Clicks that somebody wants to be told of are noted.
 *
 * JSON is cast value by value: PostgreSQL takes three times as long to cast a whole array of it.
 *
 * What was erased stays erased: clicks on erased links are passed over (the few of them are looked up once: an anti-join
 * made the planner expect next to no rows, and cost a tenth), and nothing is stored when a visitor was erased
 * since the rows were prepared. The ledgers are read by this statement itself, because a lock on them, held to the end
 * of its transaction, is what an erasure waits for.
 *
 * Answers one row: how many clicks were new, and the version of erased visitors.
 */
const INSERT_CLICKS = `
WITH inserted AS (
  INSERT INTO link_clicks (click_id, clicked_at, tracking_id, user_id, job_id, application_id, link_function,
    answer, class, score, reasons, rules_version, ip_address, user_agent, referrer_url, session_id, click_source,
    device, browser, os, country, city, metadata, facts, request_id, stored_in)
  SELECT click_id, clicked_at, tracking_id, user_id, job_id, application_id, link_function,
    answer, class, score, coalesce(string_to_array(reasons, ','), '{}'), ${RULES_VERSION}, ip_address, user_agent,
    referrer_url,
    session_id, click_source, device, browser, os, country, city, metadata::jsonb, facts::jsonb, request_id,
    (SELECT pg_current_xact_id()::text::bigint)
  FROM unnest(${COLUMNS.map(({ type }, index) => unnestColumn(index + 1, type)).join(', ')})
    AS incoming (${COLUMNS.map(({ name }) => name).join(', ')})
  WHERE ${VISITORS_VERSION} = $${COLUMNS.length + 1}
    AND tracking_id <> ALL (ARRAY(
      SELECT tracking_id::text FROM erased_links WHERE tracking_id = ANY (${unnestColumn(TRACKING_IDS, 'text')})
    ))
  ORDER BY click_id, clicked_at
  ON CONFLICT DO NOTHING
  RETURNING click_id, tracking_id, clicked_at, user_id, job_id, application_id, link_function, class, score,
    session_id, click_source, ip_address, answer = 'preflight' AS is_preflight, answer = 'redirect' AS counts
),
quarters AS (
  SELECT ${quarterOf('clicked_at')} AS quarter, tracking_id, user_id, link_function,
    count(*) FILTER (WHERE counts) AS total,
    count(*) FILTER (WHERE counts AND class = 'human') AS human,
    count(*) FILTER (WHERE counts AND class = 'machine') AS machine,
    count(*) FILTER (WHERE counts AND class = 'suspected') AS suspected,
    0 AS duplicate,
    count(*) FILTER (WHERE NOT counts) AS other,
    min(clicked_at) FILTER (WHERE counts) AS first_click,
    max(clicked_at) FILTER (WHERE counts) AS last_click,
    min(clicked_at) FILTER (WHERE counts AND class = 'human') AS first_human_click,
    min(job_id) AS job_id, min(application_id) AS application_id
  FROM inserted GROUP BY 1, 2, 3, 4
),
sources AS (
  SELECT ${quarterOf('clicked_at')} AS quarter, user_id, click_source, ${countFigures()}
  FROM inserted WHERE counts GROUP BY 1, 2, 3
),
${moveActivity({ functions: 'quarters', sources: 'sources' })},
moved_days AS (
  INSERT INTO link_days AS held (day, tracking_id, total_clicks, human_clicks, machine_clicks, suspected_clicks,
    other_hits)
  SELECT (quarter AT TIME ZONE 'UTC')::date, tracking_id, sum(total), sum(human), sum(machine), sum(suspected),
    sum(other)
  FROM quarters GROUP BY 1, 2 ORDER BY tracking_id, 1
  ON CONFLICT (tracking_id, day) DO UPDATE SET
    total_clicks = held.total_clicks + excluded.total_clicks,
    human_clicks = held.human_clicks + excluded.human_clicks,
    machine_clicks = held.machine_clicks + excluded.machine_clicks,
    suspected_clicks = held.suspected_clicks + excluded.suspected_clicks,
    other_hits = held.other_hits + excluded.other_hits
),
moved_links AS (
  INSERT INTO link_counters AS held (tracking_id, user_id, job_id, application_id, link_function, total_clicks,
    human_clicks, machine_clicks, suspected_clicks, other_hits, first_click, last_click,
    first_human_click)
  SELECT tracking_id, min(user_id), min(job_id), min(application_id), min(link_function), sum(total), sum(human),
    sum(machine), sum(suspected), sum(other), min(first_click), max(last_click), min(first_human_click)
  FROM quarters GROUP BY tracking_id ORDER BY tracking_id
  ON CONFLICT (tracking_id) DO UPDATE SET
    total_clicks = held.total_clicks + excluded.total_clicks,
    human_clicks = held.human_clicks + excluded.human_clicks,
    machine_clicks = held.machine_clicks + excluded.machine_clicks,
    suspected_clicks = held.suspected_clicks + excluded.suspected_clicks,
    other_hits = held.other_hits + excluded.other_hits,
    first_click = least(held.first_click, excluded.first_click),
    last_click = greatest(held.last_click, excluded.last_click),
    first_human_click = least(held.first_human_click, excluded.first_human_click)
),
networks AS (
  SELECT is_preflight, network_of(ip_address) AS network, min(clicked_at) AS first, max(clicked_at) AS last
  FROM inserted WHERE ip_address IS NOT NULL AND (counts OR is_preflight) GROUP BY 1, 2
),
noted AS (${NOTE_CLICKS}
),
queued AS (
  INSERT INTO settling (lane, due_at, networks, firsts, lasts)
  SELECT ${laneOf('network')}, now() + CASE WHEN is_preflight THEN interval '${PREFLIGHT_SECONDS + SETTLE_SECONDS} seconds'
      ELSE interval '${SETTLE_SECONDS} seconds' END,
    array_agg(network), array_agg(first), array_agg(last)
  FROM networks GROUP BY 1, is_preflight
),
sessions AS (
  INSERT INTO unique_sessions AS held (scope_key, session, human_clicks, day)
  SELECT hashtextextended(scope, 0), hashtextextended(session_id, 0), count(*),
    min((clicked_at AT TIME ZONE 'UTC')::date)
  FROM inserted CROSS JOIN LATERAL (VALUES
    ('l:' || tracking_id), ('j:' || job_id), ('a:' || application_id)
  ) AS scopes (scope)
  WHERE counts AND class = 'human' AND session_id IS NOT NULL AND scope IS NOT NULL
  GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (scope_key, session) DO UPDATE SET human_clicks = held.human_clicks + excluded.human_clicks
  RETURNING scope_key, day, xmax = 0 AS is_new
),
new_sessions AS (
  SELECT scope_key, day, count(*) AS sessions FROM sessions WHERE is_new GROUP BY scope_key, day
),
moved_sessions AS (
  INSERT INTO session_counters AS held (scope_key, day, unique_sessions)
  SELECT scope_key, day, sessions FROM new_sessions ORDER BY scope_key, day
  ON CONFLICT (scope_key, day) DO UPDATE SET unique_sessions = held.unique_sessions + excluded.unique_sessions
)
SELECT count(*)::int AS inserted, ${VISITORS_VERSION} AS version FROM inserted`;

/** A prepared statement for `pg`: named, so that a connection plans it once. `version` is the known VISITORS_VERSION. */
export function insertClicks(rows: readonly ClickRow[], version: string) {
  return {
    name: 'insert-clicks',
    text: INSERT_CLICKS,
    values: [...COLUMNS.map(({ value }) => joinColumn(rows, value)), version],
  };
}
