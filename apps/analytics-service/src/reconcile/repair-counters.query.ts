import type { DataSource, EntityManager } from 'typeorm';
import {
  ACTIVITY_TABLES,
  countFigures,
  FIGURE_COLUMNS,
  FIGURES,
  keyOf,
  quarterOf,
  sumActivity,
} from '../read-models/activity.query.js';
import type { Discrepancy } from './reconcile.query.js';
import { getRowsCompleteSince } from './reconcile.query.js';

/** Links or scopes counted anew by one transaction: clicks wait only as long as that takes. */
const STEP_KEYS = 50;

/** Counts links' days anew where their rows are complete. $1 tracking ids, $2 since when. */
const REPAIR_DAYS = `
WITH counted AS (
  SELECT (clicked_at AT TIME ZONE 'UTC')::date AS day, tracking_id,
    count(*) FILTER (WHERE answer = 'redirect') AS total,
    count(*) FILTER (WHERE answer = 'redirect' AND class = 'human') AS human,
    count(*) FILTER (WHERE answer = 'redirect' AND class = 'machine') AS machine,
    count(*) FILTER (WHERE answer = 'redirect' AND class = 'suspected') AS suspected,
    count(*) FILTER (WHERE answer = 'redirect' AND class = 'duplicate') AS duplicate,
    count(*) FILTER (WHERE answer <> 'redirect') AS other,
    count(*) FILTER (WHERE class = 'inferred') AS inferred
  FROM link_clicks WHERE tracking_id = ANY ($1) AND clicked_at >= $2::timestamptz GROUP BY 1, 2
),
baseless AS (
  DELETE FROM link_days AS held
  WHERE tracking_id = ANY ($1) AND day >= ($2::timestamptz AT TIME ZONE 'UTC')::date
    AND NOT EXISTS (SELECT FROM counted WHERE counted.day = held.day AND counted.tracking_id = held.tracking_id)
)
INSERT INTO link_days (day, tracking_id, total_clicks, human_clicks, machine_clicks, suspected_clicks,
  duplicate_clicks, other_hits, inferred_opens)
SELECT day, tracking_id, total, human, machine, suspected, duplicate, other, inferred FROM counted
ORDER BY tracking_id, day
ON CONFLICT (tracking_id, day) DO UPDATE SET
  total_clicks = excluded.total_clicks, human_clicks = excluded.human_clicks,
  machine_clicks = excluded.machine_clicks, suspected_clicks = excluded.suspected_clicks,
  duplicate_clicks = excluded.duplicate_clicks, other_hits = excluded.other_hits,
  inferred_opens = excluded.inferred_opens`;

/** Sums links' days anew. First and last click move only outwards: rows before a retention are gone. $1 tracking ids, $2 since when rows are complete. */
const REPAIR_LINKS = `
WITH summed AS (
  SELECT tracking_id, sum(total_clicks) AS total, sum(human_clicks) AS human, sum(machine_clicks) AS machine,
    sum(suspected_clicks) AS suspected, sum(duplicate_clicks) AS duplicate,
    sum(other_hits) AS other, sum(inferred_opens) AS inferred
  FROM link_days WHERE tracking_id = ANY ($1) GROUP BY 1
),
described AS (
  SELECT tracking_id, min(user_id) AS user_id, min(job_id) AS job_id, min(application_id) AS application_id,
    min(link_function) AS link_function, min(clicked_at) FILTER (WHERE answer = 'redirect') AS first_click,
    max(clicked_at) FILTER (WHERE answer = 'redirect') AS last_click,
    min(clicked_at) FILTER (WHERE answer = 'redirect' AND class = 'human') AS first_human_click
  FROM link_clicks WHERE tracking_id = ANY ($1) GROUP BY 1
),
baseless AS (
  DELETE FROM link_counters AS held WHERE tracking_id = ANY ($1)
    AND NOT EXISTS (SELECT FROM summed WHERE summed.tracking_id = held.tracking_id)
)
INSERT INTO link_counters AS held (tracking_id, user_id, job_id, application_id, link_function, total_clicks,
  human_clicks, machine_clicks, suspected_clicks, duplicate_clicks, other_hits, inferred_opens, first_click, last_click,
  first_human_click)
SELECT tracking_id, coalesce(described.user_id, links.user_id), coalesce(described.job_id, links.job_id),
  coalesce(described.application_id, links.application_id), coalesce(described.link_function, links.link_function),
  total, human, machine, suspected, duplicate, other, inferred, first_click, last_click, described.first_human_click
FROM summed LEFT JOIN described USING (tracking_id) LEFT JOIN links USING (tracking_id)
WHERE coalesce(described.user_id, links.user_id) IS NOT NULL
ORDER BY tracking_id
ON CONFLICT (tracking_id) DO UPDATE SET
  total_clicks = excluded.total_clicks, human_clicks = excluded.human_clicks,
  machine_clicks = excluded.machine_clicks, suspected_clicks = excluded.suspected_clicks,
  duplicate_clicks = excluded.duplicate_clicks, other_hits = excluded.other_hits,
  inferred_opens = excluded.inferred_opens,
  first_click = least(held.first_click, excluded.first_click),
  last_click = greatest(held.last_click, excluded.last_click),
  first_human_click = CASE WHEN held.first_human_click < $2::timestamptz THEN held.first_human_click
    ELSE excluded.first_human_click END`;

/** Counts scopes' sessions anew, reading only the clicks of links that belong to them. $1 scope keys. */
const REPAIR_SESSIONS = `
WITH members AS (
  SELECT DISTINCT tracking_id FROM link_counters CROSS JOIN LATERAL (VALUES
    ('l:' || tracking_id), ('j:' || job_id), ('a:' || application_id)
  ) AS scopes (scope)
  WHERE hashtextextended(scope, 0) = ANY ($1::bigint[])
),
counted AS (
  SELECT hashtextextended(scope, 0) AS scope_key, hashtextextended(session_id, 0) AS session, count(*) AS clicks,
    min((clicked_at AT TIME ZONE 'UTC')::date) AS day
  FROM link_clicks JOIN members USING (tracking_id) CROSS JOIN LATERAL (VALUES
    ('l:' || tracking_id), ('j:' || job_id), ('a:' || application_id)
  ) AS scopes (scope)
  WHERE answer = 'redirect' AND class = 'human' AND session_id IS NOT NULL
    AND hashtextextended(scope, 0) = ANY ($1::bigint[])
  GROUP BY 1, 2
),
baseless AS (
  DELETE FROM unique_sessions AS held WHERE scope_key = ANY ($1::bigint[])
    AND NOT EXISTS (SELECT FROM counted WHERE counted.scope_key = held.scope_key AND counted.session = held.session)
)
INSERT INTO unique_sessions (scope_key, session, human_clicks, day)
SELECT scope_key, session, clicks, day FROM counted ORDER BY 1, 2
ON CONFLICT (scope_key, session) DO UPDATE SET human_clicks = excluded.human_clicks`;

/** $1 scope keys. */
const REPAIR_SESSION_COUNTERS = `
WITH counted AS (
  SELECT scope_key, day, count(*) AS sessions FROM unique_sessions WHERE scope_key = ANY ($1::bigint[]) GROUP BY 1, 2
),
baseless AS (
  DELETE FROM session_counters AS held WHERE scope_key = ANY ($1::bigint[])
    AND NOT EXISTS (SELECT FROM counted WHERE counted.scope_key = held.scope_key AND counted.day = held.day)
)
INSERT INTO session_counters (scope_key, day, unique_sessions)
SELECT scope_key, day, sessions FROM counted ORDER BY 1, 2
ON CONFLICT (scope_key, day) DO UPDATE SET unique_sessions = excluded.unique_sessions`;

/** Counts a table of activity anew. $1 UTC days, all of them with complete rows. */
function repairTable(table: (typeof ACTIVITY_TABLES)[number]): string {
  const key = keyOf(table);
  return `
WITH days AS (SELECT day::timestamp AT TIME ZONE 'UTC' AS starts FROM unnest($1::date[]) AS asked (day)),
clicks AS (
  SELECT ${quarterOf('clicked_at')} AS quarter, ${table.keys.join(', ')}, ${countFigures()}
  FROM days JOIN link_clicks ON clicked_at >= starts AND clicked_at < starts + interval '1 day'
  WHERE answer = 'redirect' GROUP BY 1, 2, 3
),
counted AS (${sumActivity('clicks', table)}
),
baseless AS (
  DELETE FROM ${table.name} AS held USING days
  WHERE held.starts_at >= days.starts AND held.starts_at < days.starts + interval '1 day'
    AND NOT EXISTS (SELECT FROM counted WHERE ${key.map((name) => `counted.${name} = held.${name}`).join(' AND ')})
)
INSERT INTO ${table.name} (${key.join(', ')}, ${FIGURE_COLUMNS})
SELECT * FROM counted
ON CONFLICT (${key.join(', ')}) DO UPDATE SET
  ${FIGURES.map((figure) => `${figure}_clicks = excluded.${figure}_clicks`).join(', ')}`;
}

/**
 * Counts everything anew that these discrepancies name: links first, because scopes are found through them. Step by
 * step, each in a transaction of its own; safe to interrupt and to repeat.
 */
export async function repairCounters(
  dataSource: DataSource,
  discrepancies: readonly Discrepancy[],
): Promise<void> {
  const links = keysOf(discrepancies, /^link_/).map((key) => key.slice(key.lastIndexOf(' ') + 1));
  await inSteps(dataSource, links, repairLinks);
  const scopes = keysOf(discrepancies, /session/).map((key) => key.split(' ', 1)[0] ?? '');
  await inSteps(dataSource, scopes, repairScopes);
  const days = keysOf(discrepancies, /^(source_)?activity/).map((key) => key.slice(0, 'YYYY-MM-DD'.length));
  await inSteps(dataSource, days, repairActivity);
}

function keysOf(discrepancies: readonly Discrepancy[], counter: RegExp): string[] {
  return discrepancies.filter((found) => counter.test(found.counter)).map(({ key }) => key);
}

async function inSteps(
  dataSource: DataSource,
  keys: readonly string[],
  repair: (manager: EntityManager, keys: readonly string[]) => Promise<void>,
): Promise<void> {
  const distinct = [...new Set(keys)].sort();
  for (let i = 0; i < distinct.length; i += STEP_KEYS) {
    await dataSource.transaction(async (manager) => {
      // Whoever moves counters holds a weaker lock on this table: none of them is halfway while rows are counted.
      await manager.query('LOCK TABLE link_counters IN SHARE ROW EXCLUSIVE MODE');
      await repair(manager, distinct.slice(i, i + STEP_KEYS));
    });
  }
}

async function repairLinks(manager: EntityManager, trackingIds: readonly string[]): Promise<void> {
  const since = await getRowsCompleteSince(manager);
  await manager.query(REPAIR_DAYS, [trackingIds, since]);
  await manager.query(REPAIR_LINKS, [trackingIds, since]);
}

/** Once clicks have been deleted for their age, sessions stand by themselves; only their sums can be mended. */
async function repairScopes(manager: EntityManager, scopeKeys: readonly string[]): Promise<void> {
  if ((await getRowsCompleteSince(manager)) === '-infinity')
    await manager.query(REPAIR_SESSIONS, [scopeKeys]);
  await manager.query(REPAIR_SESSION_COUNTERS, [scopeKeys]);
}

async function repairActivity(manager: EntityManager, days: readonly string[]): Promise<void> {
  for (const table of ACTIVITY_TABLES) await manager.query(repairTable(table), [days]);
}
