import {
  ACTIVITY_TABLES,
  countFigures,
  FIGURES,
  keyOf,
  quarterOf,
  sumActivity,
} from '../read-models/activity.query.js';

/** A table of counters, and how it is counted. In its SQL $1 is since when every click has its row. */
export interface CounterTable {
  name: string;
  /** In the order in which whoever moves counters locks them. */
  keys: readonly string[];
  figures: readonly string[];
  /** SQL: what the counters should say: keys, figures, and the day if it is noted. A key may come several times. */
  rows: string;
  /** SQL: which of the counters have rows to be held against. */
  isCounted: string;
  /** Noted beside the figures: the earliest day. */
  noted?: 'day';
  /** SQL: adds the rows $1 to $2 of `differences` to the counters. */
  add: string;
}

/** SQL: differences of one transaction. */
export const IN_BATCH = 'n BETWEEN $1 AND $2';

const LINK_FIGURES = [...FIGURES.map((figure) => `${figure}_clicks`), 'other_hits', 'inferred_opens'];

const LINK_DAYS = plainTable({
  name: 'link_days',
  keys: ['tracking_id', 'day'],
  figures: LINK_FIGURES,
  rows: `
    SELECT tracking_id, (clicked_at AT TIME ZONE 'UTC')::date,
      ${FIGURES.map((figure) => `count(*) FILTER (WHERE answer = 'redirect'${figure === 'total' ? '' : ` AND class = '${figure}'`})`).join(', ')},
      count(*) FILTER (WHERE answer <> 'redirect'), count(*) FILTER (WHERE class = 'inferred')
    FROM link_clicks WHERE clicked_at >= $1::timestamptz GROUP BY 1, 2`,
  isCounted: `day >= ($1::timestamptz AT TIME ZONE 'UTC')::date`,
});

/** What a link is, where its counters are gone, is read from its clicks. */
const LINK_COUNTERS: CounterTable = {
  name: 'link_counters',
  keys: ['tracking_id'],
  figures: LINK_FIGURES,
  rows: `SELECT tracking_id, ${LINK_FIGURES.join(', ')} FROM link_days WHERE $1::timestamptz IS NOT NULL`,
  isCounted: 'true',
  add: `
INSERT INTO link_counters AS held (tracking_id, user_id, job_id, application_id, link_function, ${LINK_FIGURES.join(', ')})
SELECT difference.tracking_id, coalesce(known.user_id, described.user_id, links.user_id),
  coalesce(described.job_id, links.job_id), coalesce(described.application_id, links.application_id),
  coalesce(known.link_function, described.link_function, links.link_function),
  ${LINK_FIGURES.map((figure) => `difference.${figure}`).join(', ')}
FROM differences AS difference LEFT JOIN link_counters AS known USING (tracking_id)
LEFT JOIN links ON links.tracking_id = difference.tracking_id
CROSS JOIN LATERAL (
  SELECT min(user_id) AS user_id, min(job_id) AS job_id, min(application_id) AS application_id,
    min(link_function) AS link_function
  FROM link_clicks AS click WHERE click.tracking_id = difference.tracking_id AND known.user_id IS NULL
) AS described
WHERE ${IN_BATCH} AND coalesce(known.user_id, described.user_id, links.user_id) IS NOT NULL ORDER BY n
ON CONFLICT (tracking_id) DO UPDATE SET ${addUp(LINK_FIGURES)}`,
};

/** Adding moves the counters of sessions with what begins and ends, as whoever stores or settles clicks does. */
const UNIQUE_SESSIONS: CounterTable = {
  name: 'unique_sessions',
  keys: ['scope_key', 'session'],
  figures: ['human_clicks'],
  noted: 'day',
  rows: `
    SELECT hashtextextended(scope, 0), hashtextextended(session_id, 0), 1, (clicked_at AT TIME ZONE 'UTC')::date
    FROM link_clicks CROSS JOIN LATERAL (VALUES
      ('l:' || tracking_id), ('j:' || job_id), ('a:' || application_id)
    ) AS scopes (scope)
    WHERE answer = 'redirect' AND class = 'human' AND session_id IS NOT NULL AND scope IS NOT NULL
      AND $1::timestamptz = '-infinity'`,
  // Once clicks have been deleted for their age, sessions stand by themselves.
  isCounted: `$1::timestamptz = '-infinity'`,
  add: `
WITH sessions AS (
  INSERT INTO unique_sessions AS held (scope_key, session, human_clicks, day)
  SELECT scope_key, session, human_clicks, coalesce(day, '-infinity') FROM differences WHERE ${IN_BATCH} ORDER BY n
  ON CONFLICT (scope_key, session) DO UPDATE SET human_clicks = held.human_clicks + excluded.human_clicks
  RETURNING scope_key, day, xmax = 0 AS is_new, human_clicks
),
moves AS (
  SELECT scope_key, day, sum(CASE WHEN is_new THEN 1 WHEN human_clicks = 0 THEN -1 ELSE 0 END) AS sessions
  FROM sessions GROUP BY 1, 2
)
INSERT INTO session_counters AS held (scope_key, day, unique_sessions)
SELECT scope_key, day, sessions FROM moves WHERE sessions <> 0 ORDER BY 1, 2
ON CONFLICT (scope_key, day) DO UPDATE SET unique_sessions = held.unique_sessions + excluded.unique_sessions`,
};

const SESSION_COUNTERS = plainTable({
  name: 'session_counters',
  keys: ['scope_key', 'day'],
  figures: ['unique_sessions'],
  rows: 'SELECT scope_key, day, count(*) FROM unique_sessions WHERE $1::timestamptz IS NOT NULL GROUP BY 1, 2',
  isCounted: 'true',
});

/** Each is counted from clicks, or from a table before it. */
export const COUNTER_TABLES: readonly CounterTable[] = [
  LINK_DAYS,
  LINK_COUNTERS,
  UNIQUE_SESSIONS,
  SESSION_COUNTERS,
  ...ACTIVITY_TABLES.map(activityTable),
];

function activityTable(table: (typeof ACTIVITY_TABLES)[number]): CounterTable {
  const figures = FIGURES.map((figure) => `${figure}_clicks`);
  const texts = [...table.keys, 'grain'].map((key) => `${key} COLLATE "C"`);
  return plainTable({
    name: table.name,
    keys: keyOf(table),
    figures,
    rows: `
    SELECT ${texts.join(', ')}, starts_at, ${figures.join(', ')} FROM (${sumActivity(
      `(
        SELECT ${quarterOf('clicked_at')} AS quarter, user_id, link_function, click_source, ${countFigures()}
        FROM link_clicks WHERE clicked_at >= $1::timestamptz AND answer = 'redirect' GROUP BY 1, 2, 3, 4
      ) AS clicks`,
      table,
    )}) AS counted`,
    isCounted: 'starts_at >= $1::timestamptz',
  });
}

/** A table of keys and figures alone. */
function plainTable(table: Omit<CounterTable, 'add'>): CounterTable {
  const { name, keys, figures } = table;
  const columns = [...keys, ...figures].join(', ');
  const add = `
INSERT INTO ${name} AS held (${columns}) SELECT ${columns} FROM differences WHERE ${IN_BATCH} ORDER BY n
ON CONFLICT (${keys.join(', ')}) DO UPDATE SET ${addUp(figures)}`;
  return { ...table, add };
}

function addUp(figures: readonly string[]): string {
  return figures.map((figure) => `${figure} = held.${figure} + excluded.${figure}`).join(', ');
}
