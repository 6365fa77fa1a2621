import { digestSql, type ErasureScope, type SqlRunner } from '#events';
import { countFigures, FIGURES, moveActivity, quarterOf } from '../read-models/activity.query.js';

/** Takes lost human clicks off the sessions of links, jobs and applications. Reads `lost`. */
const MOVE_SESSIONS = `
sessions AS (
  UPDATE unique_sessions AS held SET human_clicks = held.human_clicks - gone.clicks
  FROM (
    SELECT hashtextextended(scope, 0) AS scope_key, hashtextextended(session_id, 0) AS session, count(*) AS clicks
    FROM lost CROSS JOIN LATERAL (VALUES
      ('l:' || tracking_id), ('j:' || job_id), ('a:' || application_id)
    ) AS scopes (scope)
    WHERE answer = 'redirect' AND class = 'human' AND session_id IS NOT NULL AND scope IS NOT NULL GROUP BY 1, 2
  ) AS gone
  WHERE held.scope_key = gone.scope_key AND held.session = gone.session
  RETURNING held.scope_key, held.day, held.human_clicks
),
moved AS (
  UPDATE session_counters AS held SET unique_sessions = held.unique_sessions - ended.sessions
  FROM (SELECT scope_key, day, count(*) AS sessions FROM sessions WHERE human_clicks <= 0 GROUP BY 1, 2) AS ended
  WHERE held.scope_key = ended.scope_key AND held.day = ended.day
)
SELECT count(*)::int AS rows, (SELECT array_agg(DISTINCT scope_key) FROM sessions) AS scope_keys FROM lost`;

/** $1 tracking ids. */
const DELETE_CLICKS = `
WITH lost AS (
  DELETE FROM link_clicks WHERE tracking_id = ANY ($1)
  RETURNING tracking_id, clicked_at, user_id, link_function, job_id, application_id, session_id, answer, class,
    click_source
),
quarters AS (
  SELECT quarter, user_id, link_function, click_source, ${FIGURES.map((figure) => `-${figure} AS ${figure}`).join(', ')}
  FROM (
    SELECT ${quarterOf('clicked_at')} AS quarter, user_id, link_function, click_source, ${countFigures()}
    FROM lost WHERE answer = 'redirect' GROUP BY 1, 2, 3, 4
  ) AS counted
),
${moveActivity({ functions: 'quarters', sources: 'quarters' })},
${MOVE_SESSIONS}`;

/** Visitors' own facts go, the click stays counted. $1 addresses, $2 session ids, $3 until when. */
const FORGET_VISITORS = `
WITH held AS (
  SELECT click_id, clicked_at, session_id FROM link_clicks
  WHERE clicked_at <= $3::timestamptz AND (
    session_id = ANY ($2::text[])
    OR ip_address = ANY ($1::inet[]) AND network_of(ip_address) IN (SELECT network_of(unnest($1::inet[])))
  )
  ORDER BY click_id, clicked_at FOR UPDATE
),
lost AS (
  UPDATE link_clicks AS click SET ip_address = NULL, user_agent = NULL, referrer_url = NULL, session_id = NULL,
    city = NULL, metadata = NULL, facts = NULL
  FROM held WHERE click.click_id = held.click_id AND click.clicked_at = held.clicked_at
  RETURNING click.tracking_id, click.job_id, click.application_id, held.session_id, click.answer, click.class
),
${MOVE_SESSIONS}`;

/** Erases a candidate's clicks with what they are counted in, or what a visitor's clicks tell of the visitor. */
export async function eraseClicks(transaction: SqlRunner, scope: ErasureScope): Promise<number> {
  const { request, trackingIds } = scope;
  // Whoever moves counters holds a weaker lock on this table: none of them is halfway.
  await transaction.query('LOCK TABLE link_counters IN SHARE ROW EXCLUSIVE MODE');
  const { kind } = request.subject;
  if (kind === 'user' || kind === 'application') return runOn(transaction, DELETE_CLICKS, [trackingIds]);
  const values = await findVisitors(transaction, scope);
  if (values.length === 0) return 0;
  const [addresses, sessions] = kind === 'address' ? [values, []] : [[], values];
  return runOn(transaction, FORGET_VISITORS, [addresses, sessions, request.until]);
}

/** Looks through every click that still has what is looked for. */
async function findVisitors(
  transaction: SqlRunner,
  { request: { subject, until } }: ErasureScope,
): Promise<string[]> {
  const isAddress = subject.kind === 'address';
  const value = isAddress ? 'host(ip_address)' : 'session_id';
  const rows = (await transaction.query(
    `SELECT id FROM (
       SELECT DISTINCT ${value} AS id FROM link_clicks
       WHERE ${isAddress ? 'ip_address' : 'session_id'} IS NOT NULL AND clicked_at <= $3
     ) AS known WHERE ${digestSql('$1', isAddress ? 'address' : 'session', 'id')} = $2`,
    [subject.key, subject.digest, until],
  )) as { id: string }[];
  return rows.map(({ id }) => id);
}

async function runOn(transaction: SqlRunner, statement: string, parameters: unknown[]): Promise<number> {
  const [{ rows, scope_keys }] = (await transaction.query(statement, parameters)) as [
    { rows: number; scope_keys: string[] | null },
  ];
  if (scope_keys) {
    await transaction.query('DELETE FROM unique_sessions WHERE scope_key = ANY ($1) AND human_clicks <= 0', [
      scope_keys,
    ]);
    await transaction.query(
      'DELETE FROM session_counters WHERE scope_key = ANY ($1) AND unique_sessions <= 0',
      [scope_keys],
    );
  }
  return rows;
}
