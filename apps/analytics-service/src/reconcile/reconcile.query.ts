import type { DataSource } from 'typeorm';
import {
  ACTIVITY_TABLES,
  countFigures,
  FIGURES,
  keyOf,
  quarterOf,
  sumActivity,
} from '../read-models/activity.query.js';

/** A counter that does not say what the rows say. */
export interface Discrepancy {
  counter: string;
  key: string;
  counted: number;
  rows: number;
}

/** Listed at once at most. */
const MAX_DISCREPANCIES = 10_000;

/** SQL: WITH queries that hold a table of activity against `clicks`; its keys begin with the day. */
function compareActivity(table: (typeof ACTIVITY_TABLES)[number]): string {
  const { name, keys } = table;
  return `${name}_rows AS (${sumActivity('clicks', table)}
),
${name}_figures AS (
  SELECT figure, concat_ws(' ',
    to_char(coalesce(a.starts_at, r.starts_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), coalesce(a.grain, r.grain),
    ${keys.map((key) => `coalesce(a.${key}, r.${key})`).join(', ')}) AS key, counted, rows
  FROM (SELECT * FROM ${name} WHERE starts_at >= $1::timestamptz) AS a
  FULL JOIN ${name}_rows AS r ON ${keyOf(table)
    .map((key) => `a.${key} = r.${key}`)
    .join(' AND ')}
  CROSS JOIN LATERAL (VALUES
    ${FIGURES.map((figure) => `('${name}.${figure}_clicks', a.${figure}_clicks, r.${figure}_clicks)`).join(', ')}
  ) AS figures (figure, counted, rows)
)`;
}

/**
 * Every counter against what it counts. Where clicks have been deleted for their age, days before `$1` have no rows
 * left: their counters stand by themselves and only the sums over them are checked. An unset mark checks everything.
 */
const RECONCILE = `
WITH day_rows AS (
  SELECT (clicked_at AT TIME ZONE 'UTC')::date AS day, tracking_id,
    count(*) FILTER (WHERE answer = 'redirect') AS total,
    count(*) FILTER (WHERE answer = 'redirect' AND class = 'human') AS human,
    count(*) FILTER (WHERE answer = 'redirect' AND class = 'machine') AS machine,
    count(*) FILTER (WHERE answer = 'redirect' AND class = 'suspected') AS suspected,
    count(*) FILTER (WHERE answer = 'redirect' AND class = 'duplicate') AS duplicate,
    count(*) FILTER (WHERE answer <> 'redirect') AS other,
    count(*) FILTER (WHERE class = 'inferred') AS inferred,
    min(clicked_at) FILTER (WHERE answer = 'redirect' AND class = 'human') AS first_human_click
  FROM link_clicks WHERE clicked_at >= $1::timestamptz GROUP BY 1, 2
),
days AS (SELECT * FROM link_days WHERE day >= ($1::timestamptz AT TIME ZONE 'UTC')::date),
day_figures AS (
  SELECT figure, coalesce(d.day, r.day) || ' ' || coalesce(d.tracking_id, r.tracking_id) AS key, counted, rows
  FROM days AS d FULL JOIN day_rows AS r ON d.day = r.day AND d.tracking_id = r.tracking_id
  CROSS JOIN LATERAL (VALUES
    ('link_days.total_clicks', d.total_clicks, r.total), ('link_days.human_clicks', d.human_clicks, r.human),
    ('link_days.machine_clicks', d.machine_clicks, r.machine),
    ('link_days.suspected_clicks', d.suspected_clicks, r.suspected),
    ('link_days.duplicate_clicks', d.duplicate_clicks, r.duplicate),
    ('link_days.other_hits', d.other_hits, r.other), ('link_days.inferred_opens', d.inferred_opens, r.inferred)
  ) AS figures (figure, counted, rows)
),
day_sums AS (
  SELECT tracking_id, sum(total_clicks) AS total, sum(human_clicks) AS human, sum(machine_clicks) AS machine,
    sum(suspected_clicks) AS suspected, sum(duplicate_clicks) AS duplicate,
    sum(other_hits) AS other, sum(inferred_opens) AS inferred
  FROM link_days GROUP BY tracking_id
),
link_figures AS (
  SELECT figure, coalesce(c.tracking_id, s.tracking_id) AS key, counted, rows
  FROM link_counters AS c FULL JOIN day_sums AS s ON c.tracking_id = s.tracking_id
  CROSS JOIN LATERAL (VALUES
    ('link_counters.total_clicks', c.total_clicks, s.total), ('link_counters.human_clicks', c.human_clicks, s.human),
    ('link_counters.machine_clicks', c.machine_clicks, s.machine),
    ('link_counters.suspected_clicks', c.suspected_clicks, s.suspected),
    ('link_counters.duplicate_clicks', c.duplicate_clicks, s.duplicate),
    ('link_counters.other_hits', c.other_hits, s.other), ('link_counters.inferred_opens', c.inferred_opens, s.inferred)
  ) AS figures (figure, counted, rows)
),
first_rows AS (SELECT tracking_id, min(first_human_click) AS first_human_click FROM day_rows GROUP BY tracking_id),
first_figures AS (
  SELECT 'link_counters.first_human_click' AS figure, tracking_id AS key,
    extract(epoch FROM c.first_human_click) AS counted, extract(epoch FROM r.first_human_click) AS rows
  FROM link_counters AS c LEFT JOIN first_rows AS r USING (tracking_id)
  WHERE c.first_human_click IS NULL OR c.first_human_click >= $1::timestamptz
),
session_rows AS (
  SELECT hashtextextended(scope, 0) AS scope_key, hashtextextended(session_id, 0) AS session, count(*) AS clicks
  FROM link_clicks CROSS JOIN LATERAL (VALUES
    ('l:' || tracking_id), ('j:' || job_id), ('a:' || application_id)
  ) AS scopes (scope)
  WHERE answer = 'redirect' AND class = 'human' AND session_id IS NOT NULL AND scope IS NOT NULL
    AND $1::timestamptz = '-infinity'
  GROUP BY 1, 2
),
session_figures AS (
  SELECT 'unique_sessions.human_clicks' AS figure, coalesce(s.scope_key, r.scope_key)::text AS key,
    s.human_clicks AS counted, r.clicks AS rows
  FROM (SELECT * FROM unique_sessions WHERE $1::timestamptz = '-infinity') AS s
  FULL JOIN session_rows AS r ON s.scope_key = r.scope_key AND s.session = r.session
),
session_sums AS (SELECT scope_key, day, count(*) AS sessions FROM unique_sessions GROUP BY scope_key, day),
session_counter_figures AS (
  SELECT 'session_counters.unique_sessions' AS figure,
    coalesce(c.scope_key, s.scope_key) || ' ' || coalesce(c.day, s.day) AS key,
    c.unique_sessions AS counted, s.sessions AS rows
  FROM session_counters AS c FULL JOIN session_sums AS s ON c.scope_key = s.scope_key AND c.day = s.day
),
clicks AS (
  SELECT ${quarterOf('clicked_at')} AS quarter, user_id, link_function, click_source, ${countFigures()}
  FROM link_clicks WHERE clicked_at >= $1::timestamptz AND answer = 'redirect' GROUP BY 1, 2, 3, 4
),
${ACTIVITY_TABLES.map(compareActivity).join(',\n')}
SELECT figure AS counter, key, coalesce(counted, 0)::float8 AS counted, coalesce(rows, 0)::float8 AS rows
FROM (
  SELECT figure, key, counted, rows FROM day_figures
  UNION ALL SELECT figure, key, counted, rows FROM link_figures
  UNION ALL SELECT figure, key, counted, rows FROM first_figures
  UNION ALL SELECT figure, key, counted, rows FROM session_figures
  UNION ALL SELECT figure, key, counted, rows FROM session_counter_figures
  ${ACTIVITY_TABLES.map(({ name }) => `UNION ALL SELECT figure, key, counted, rows FROM ${name}_figures`).join('\n  ')}
) AS figures
WHERE coalesce(counted, 0) <> coalesce(rows, 0)
ORDER BY counter, key LIMIT ${MAX_DISCREPANCIES}`;

/** Name of the mark before which clicks have been deleted. */
export const ROWS_COMPLETE_SINCE = 'rows_complete_since';

/**
 * Proves that counters equal rows: answers up to 10,000 counters that do not, none when all is well. Reads every click;
 * one statement, so that clicks arriving meanwhile are in both sides or in neither.
 */
export async function listDiscrepancies(dataSource: DataSource): Promise<Discrepancy[]> {
  return dataSource.query(RECONCILE, [await getRowsCompleteSince(dataSource)]);
}

/** The moment since when every click still has its row; `-infinity` when none was ever deleted for its age. */
export async function getRowsCompleteSince(
  connection: Pick<DataSource, 'query'>,
): Promise<Date | '-infinity'> {
  const [mark] = await connection.query('SELECT value FROM maintenance_marks WHERE name = $1', [
    ROWS_COMPLETE_SINCE,
  ]);
  return mark?.value ?? '-infinity';
}
