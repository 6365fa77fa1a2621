import type { EntityManager } from 'typeorm';
import { RULES_VERSION } from '../classification/rules.js';
import { joinColumn, unnestColumn } from '../ingest/text-column.js';
import { FIGURES, moveActivity, quarterOf } from '../read-models/activity.query.js';
import type { SettledVerdict } from './settle-hits.js';

export interface ChangedVerdict extends SettledVerdict {
  clickId: string;
  /** As PostgreSQL writes it, so that no microsecond is lost. */
  clickedAt: string;
  clickedAtMs: number;
  /** What it was when it was read in this transaction. */
  was: Was;
}

interface Was {
  class: string;
  clickSource: string;
}

/** What is kept of a click as it was read. */
export function asRead({ class: clickClass, clickSource }: Was): Was {
  return { class: clickClass, clickSource };
}

/** What travels with each verdict, in the order of the parameters. */
const COLUMNS: readonly { name: string; type: string; value(verdict: ChangedVerdict): string }[] = [
  { name: 'click_id', type: 'uuid', value: ({ clickId }) => clickId },
  { name: 'clicked_at', type: 'timestamptz', value: ({ clickedAt }) => clickedAt },
  { name: 'class', type: 'text', value: (verdict) => verdict.class },
  { name: 'score', type: 'smallint', value: ({ score }) => String(score) },
  { name: 'reasons', type: 'text', value: ({ reasons }) => reasons.join(',') },
  { name: 'click_source', type: 'text', value: ({ clickSource }) => clickSource },
  { name: 'old_class', type: 'text', value: ({ was }) => was.class },
  { name: 'old_source', type: 'text', value: ({ was }) => was.clickSource },
];

/** How a counter of clicks moves when `old_class` becomes `class`; `$class` is what it counts. */
const moved = (clickClass: string) =>
  `sum((class = '${clickClass}')::int - (old_class = '${clickClass}')::int) FILTER (WHERE counts)`;

/**
 * Gives clicks new verdicts and moves every counter by what really changed, in one statement. Locks are taken in the
 * order in which the ingest takes them, see `insert-clicks.query.ts`. What a click was is known from reading it: whoever
 * changes classes excludes the others, and reading and locking it once more here took a quarter of the time.
 *
 * Answers the sessions that lost their last human click, and the links that lost any, with the first that each lost.
 */
const CHANGE_CLASSES = `
WITH verdicts AS (
  SELECT * FROM unnest(${COLUMNS.map(({ type }, index) => unnestColumn(index + 1, type)).join(', ')})
    AS verdict (${COLUMNS.map(({ name }) => name).join(', ')})
),
changed AS (
  UPDATE link_clicks AS click SET class = verdicts.class, score = verdicts.score,
    reasons = coalesce(string_to_array(verdicts.reasons, ','), '{}'), click_source = verdicts.click_source,
    rules_version = ${RULES_VERSION}
  FROM verdicts
  WHERE click.click_id = verdicts.click_id AND click.clicked_at = verdicts.clicked_at
    AND click.clicked_at BETWEEN $9::timestamptz AND $10::timestamptz
    AND click.class = verdicts.old_class AND click.click_source = verdicts.old_source
  RETURNING click.tracking_id, click.clicked_at, click.user_id, click.job_id, click.application_id,
    click.link_function, click.session_id, click.answer = 'redirect' AS counts, verdicts.old_class, click.class,
    verdicts.old_source, click.click_source
),
quarters AS (
  SELECT ${quarterOf('clicked_at')} AS quarter, tracking_id, user_id, link_function, 0 AS total,
    coalesce(${moved('human')}, 0) AS human, coalesce(${moved('machine')}, 0) AS machine,
    coalesce(${moved('suspected')}, 0) AS suspected, coalesce(${moved('duplicate')}, 0) AS duplicate,
    sum((class = 'inferred')::int - (old_class = 'inferred')::int) AS inferred,
    min(clicked_at) FILTER (WHERE counts AND class = 'human') AS first_human_click,
    min(clicked_at) FILTER (WHERE counts AND old_class = 'human') AS first_lost_human,
    min(job_id) AS job_id, min(application_id) AS application_id
  FROM changed WHERE class <> old_class GROUP BY 1, 2, 3, 4
),
source_moves AS (
  SELECT ${quarterOf('clicked_at')} AS quarter, user_id, click_source, class, old_source, old_class, count(*) AS clicks
  FROM changed WHERE counts AND (class <> old_class OR click_source <> old_source) GROUP BY 1, 2, 3, 4, 5, 6
),
sources AS (
  SELECT quarter, user_id, source AS click_source,
    ${FIGURES.map((figure) => `coalesce(sum(moves)${figure === 'total' ? '' : ` FILTER (WHERE counted = '${figure}')`}, 0) AS ${figure}`).join(', ')}
  FROM source_moves CROSS JOIN LATERAL (VALUES
    (click_source, class, clicks), (old_source, old_class, -clicks)
  ) AS sides (source, counted, moves)
  GROUP BY 1, 2, 3
),
${moveActivity({ functions: 'quarters', sources: 'sources' })},
moved_days AS (
  INSERT INTO link_days AS held (day, tracking_id, total_clicks, human_clicks, machine_clicks, suspected_clicks,
    duplicate_clicks, other_hits, inferred_opens)
  SELECT (quarter AT TIME ZONE 'UTC')::date, tracking_id, 0, sum(human), sum(machine), sum(suspected),
    sum(duplicate), 0, sum(inferred)
  FROM quarters GROUP BY 1, 2 ORDER BY tracking_id, 1
  ON CONFLICT (tracking_id, day) DO UPDATE SET
    human_clicks = held.human_clicks + excluded.human_clicks,
    machine_clicks = held.machine_clicks + excluded.machine_clicks,
    suspected_clicks = held.suspected_clicks + excluded.suspected_clicks,
    duplicate_clicks = held.duplicate_clicks + excluded.duplicate_clicks,
    inferred_opens = held.inferred_opens + excluded.inferred_opens
),
moved_links AS (
  INSERT INTO link_counters AS held (tracking_id, user_id, job_id, application_id, link_function, total_clicks,
    human_clicks, machine_clicks, suspected_clicks, duplicate_clicks, other_hits, inferred_opens, first_human_click)
  SELECT tracking_id, min(user_id), min(job_id), min(application_id), min(link_function), 0, sum(human), sum(machine),
    sum(suspected), sum(duplicate), 0, sum(inferred), min(first_human_click)
  FROM quarters GROUP BY tracking_id ORDER BY tracking_id
  ON CONFLICT (tracking_id) DO UPDATE SET
    human_clicks = held.human_clicks + excluded.human_clicks,
    machine_clicks = held.machine_clicks + excluded.machine_clicks,
    suspected_clicks = held.suspected_clicks + excluded.suspected_clicks,
    duplicate_clicks = held.duplicate_clicks + excluded.duplicate_clicks,
    inferred_opens = held.inferred_opens + excluded.inferred_opens,
    first_human_click = least(held.first_human_click, excluded.first_human_click)
),
sessions AS (
  INSERT INTO unique_sessions AS held (scope_key, session, human_clicks, day)
  SELECT hashtextextended(scope, 0), hashtextextended(session_id, 0),
    sum((class = 'human')::int - (old_class = 'human')::int), min((clicked_at AT TIME ZONE 'UTC')::date)
  FROM changed CROSS JOIN LATERAL (VALUES
    ('l:' || tracking_id), ('j:' || job_id), ('a:' || application_id)
  ) AS scopes (scope)
  WHERE counts AND session_id IS NOT NULL AND scope IS NOT NULL AND (class = 'human') <> (old_class = 'human')
  GROUP BY 1, 2 ORDER BY 1, 2
  ON CONFLICT (scope_key, session) DO UPDATE SET human_clicks = held.human_clicks + excluded.human_clicks
  RETURNING scope_key, session, day, xmax = 0 AS is_new, human_clicks
),
session_sums AS (
  SELECT scope_key, day, sum(CASE WHEN is_new THEN 1 WHEN human_clicks = 0 THEN -1 ELSE 0 END) AS sessions
  FROM sessions GROUP BY scope_key, day
),
moved_sessions AS (
  INSERT INTO session_counters AS held (scope_key, day, unique_sessions)
  SELECT scope_key, day, sessions FROM session_sums WHERE sessions <> 0 ORDER BY scope_key, day
  ON CONFLICT (scope_key, day) DO UPDATE SET unique_sessions = held.unique_sessions + excluded.unique_sessions
),
losers AS (
  SELECT tracking_id, min(first_lost_human) AS moment FROM quarters WHERE first_lost_human IS NOT NULL GROUP BY 1
)
SELECT array_agg(scope_key) AS scope_keys, array_agg(session) AS sessions,
  (SELECT array_agg(tracking_id ORDER BY tracking_id) FROM losers) AS links,
  (SELECT array_agg(moment ORDER BY tracking_id) FROM losers) AS moments
FROM sessions WHERE human_clicks = 0`;

/**
 * Looks for the first human click of links that lost it, from where it stood: none can be earlier. Their counters are
 * locked by the statement before. $1 tracking ids, $2 the first human click that each lost.
 */
const MOVE_FIRST_HUMAN_CLICKS = `
UPDATE link_counters AS held SET first_human_click = (
  SELECT clicked_at FROM link_clicks AS click
  WHERE click.tracking_id = held.tracking_id AND clicked_at >= held.first_human_click
    AND answer = 'redirect' AND class = 'human'
  ORDER BY clicked_at LIMIT 1
)
FROM unnest($1::text[], $2::timestamptz[]) AS lost (tracking_id, moment)
WHERE held.tracking_id = lost.tracking_id AND held.first_human_click >= lost.moment`;

const FORGET_SESSIONS = `
DELETE FROM unique_sessions AS held USING unnest($1::bigint[], $2::bigint[]) AS gone (scope_key, session)
WHERE held.scope_key = gone.scope_key AND held.session = gone.session AND held.human_clicks = 0`;

/** Held by every transaction that changes classes, from its beginning: an erasure waits for it, or it for the erasure. */
export async function announceClassChanges(manager: EntityManager): Promise<void> {
  await manager.query('LOCK TABLE link_counters IN ROW EXCLUSIVE MODE');
}

/**
 * Stores verdicts with their counters. Clicks that are gone are passed over. Needs {@link announceClassChanges} before,
 * and nothing that takes long after it: from here to the commit, whoever stores clicks waits for shared counters. Once a
 * transaction, because a second time would take its locks in the wrong order.
 */
export async function changeClasses(
  manager: EntityManager,
  verdicts: readonly ChangedVerdict[],
): Promise<void> {
  if (verdicts.length === 0) return;
  const sorted = [...verdicts].sort((a, b) => (a.clickId < b.clickId ? -1 : 1));
  const moments = sorted.map(({ clickedAtMs }) => clickedAtMs);
  const [lost] = await manager.query(CHANGE_CLASSES, [
    ...COLUMNS.map(({ value }) => joinColumn(sorted, value)),
    new Date(moments.reduce((least, moment) => Math.min(least, moment))),
    new Date(moments.reduce((most, moment) => Math.max(most, moment)) + 1),
  ]);
  if (lost.links) await manager.query(MOVE_FIRST_HUMAN_CLICKS, [lost.links, lost.moments]);
  if (lost.scope_keys) await manager.query(FORGET_SESSIONS, [lost.scope_keys, lost.sessions]);
}
