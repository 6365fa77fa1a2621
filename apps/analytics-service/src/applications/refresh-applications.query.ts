import type { EntityManager } from 'typeorm';
import { type Engagement, scoreEngagement } from './application-score.js';

/** What names an application: ids are the callers' own, so two users may use the same. */
export interface ApplicationKey {
  userId: string;
  applicationId: string;
}

/** Notes taken at once; one stands for a statement that changed up to some thousand applications. */
const TAKEN_NOTES = 20;

const TAKE_STALE = `
WITH taken AS (
  DELETE FROM stale_applications WHERE id IN (SELECT id FROM stale_applications ORDER BY id LIMIT ${TAKEN_NOTES})
  RETURNING user_ids, application_ids
)
SELECT DISTINCT user_id AS "userId", application_id AS "applicationId"
FROM taken CROSS JOIN LATERAL unnest(user_ids, application_ids) AS named (user_id, application_id)`;

/** Takes noted applications off the list, each once; none when the list is empty. */
export async function takeStaleApplications(manager: EntityManager): Promise<ApplicationKey[]> {
  return manager.query(TAKE_STALE);
}

/** So many sessions are looked at for clicks without one: past that, one visitor more or less tells nothing. */
const COUNTED_SESSIONS = 1_000;

/** $1 user ids, $2 application ids. */
const ASKED = `asked AS (SELECT * FROM unnest($1::text[], $2::text[]) AS asked (user_id, application_id))`;

/** Also links that are known only by their clicks: events of links and of clicks travel apart. */
const KNOWN_LINKS = `known AS (
  SELECT user_id, application_id, tracking_id, link_function, created_at FROM asked JOIN links USING (user_id, application_id)
  UNION ALL
  SELECT user_id, application_id, tracking_id, link_function, NULL
  FROM asked JOIN link_counters AS clicked USING (user_id, application_id)
  WHERE NOT EXISTS (SELECT FROM links WHERE links.tracking_id = clicked.tracking_id)
)`;

/** NOT IN, because PostgreSQL hashes it whatever it expects; NOT EXISTS compared each with each. */
const REFRESH_FUNCTIONS = `
WITH ${ASKED}, ${KNOWN_LINKS},
figures AS (
  SELECT known.user_id, known.application_id, known.link_function, coalesce(sum(human_clicks), 0) AS human_clicks,
    min(first_human_click) AS opened_at,
    (SELECT min(booked_at) FROM bookings
     WHERE tracking_id = ANY (array_agg(known.tracking_id)) AND status <> 'canceled'
       AND bookings.user_id = known.user_id AND bookings.application_id = known.application_id) AS booked_at
  FROM known LEFT JOIN link_counters USING (tracking_id)
  GROUP BY 1, 2, 3
),
gone AS (
  DELETE FROM application_functions AS held USING asked
  WHERE held.user_id = asked.user_id AND held.application_id = asked.application_id
    AND (held.user_id, held.application_id, held.link_function)
      NOT IN (SELECT user_id, application_id, link_function FROM figures)
)
INSERT INTO application_functions AS held (user_id, application_id, link_function, human_clicks, opened_at, booked_at,
  sent_at, had_interview)
SELECT figures.*, sent_at, coalesce(had_interview, false)
FROM figures LEFT JOIN applications USING (user_id, application_id)
ON CONFLICT (user_id, application_id, link_function) DO UPDATE SET
  human_clicks = excluded.human_clicks, opened_at = excluded.opened_at, booked_at = excluded.booked_at,
  sent_at = excluded.sent_at, had_interview = excluded.had_interview
WHERE (held.human_clicks, held.opened_at, held.booked_at, held.sent_at, held.had_interview) IS DISTINCT FROM
  (excluded.human_clicks, excluded.opened_at, excluded.booked_at, excluded.sent_at, excluded.had_interview)`;

/**
 * An application's sessions have a counter of their own under its id; only where users share an id are its links'
 * sessions told apart one by one.
 */
const FIGURES = `
WITH ${ASKED}, ${KNOWN_LINKS},
linked AS (
  SELECT user_id, application_id, min(created_at) AS linked_at, array_agg(tracking_id) AS tracking_ids
  FROM known GROUP BY 1, 2
)
SELECT asked.user_id AS "userId", asked.application_id AS "applicationId", linked.linked_at AS "linkedAt",
  tracking_ids IS NOT NULL AS "hasLinks",
  coalesce(functions.human_clicks, 0)::float8 AS "humanClicks", functions.opened_at AS "openedAt",
  coalesce(functions.clicked, '{}') AS "clickedFunctions", (
    SELECT min(booked_at) FROM bookings
    WHERE bookings.application_id = asked.application_id AND bookings.user_id = asked.user_id AND status <> 'canceled'
  ) AS "bookedAt",
  coalesce(CASE WHEN EXISTS (
    SELECT FROM links WHERE links.application_id = asked.application_id AND links.user_id <> asked.user_id
  ) THEN (
    SELECT count(DISTINCT session) FROM unique_sessions
    WHERE scope_key = ANY (ARRAY(SELECT hashtextextended('l:' || id, 0) FROM unnest(tracking_ids) AS id))
  ) ELSE (
    SELECT sum(unique_sessions) FROM session_counters WHERE scope_key = hashtextextended('a:' || asked.application_id, 0)
  ) END, 0)::float8 AS sessions,
  (SELECT coalesce(sum(human_clicks), 0) FROM (
    SELECT human_clicks FROM unique_sessions
    WHERE scope_key = ANY (ARRAY(SELECT hashtextextended('l:' || id, 0) FROM unnest(tracking_ids) AS id))
    LIMIT ${COUNTED_SESSIONS}
  ) AS counted)::float8 AS "sessionClicks"
FROM asked LEFT JOIN linked USING (user_id, application_id) LEFT JOIN LATERAL (
  SELECT sum(human_clicks) AS human_clicks, min(opened_at) AS opened_at,
    array_agg(link_function::text ORDER BY link_function) FILTER (WHERE human_clicks > 0) AS clicked
  FROM application_functions AS part
  WHERE part.user_id = asked.user_id AND part.application_id = asked.application_id
) AS functions ON true`;

const STORE = `
INSERT INTO applications AS held (user_id, application_id, first_linked_at, human_clicks, people, opened_at, booked_at,
  score)
SELECT user_id, application_id, linked_at, human_clicks, people, opened_at, booked_at, score
FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::timestamptz[],
  $7::timestamptz[], $8::smallint[], $9::boolean[])
  AS figures (user_id, application_id, linked_at, human_clicks, people, opened_at, booked_at, score, has_links)
WHERE has_links OR EXISTS (
  SELECT FROM applications AS known
  WHERE known.user_id = figures.user_id AND known.application_id = figures.application_id
)
ORDER BY user_id, application_id
ON CONFLICT (user_id, application_id) DO UPDATE SET
  first_linked_at = excluded.first_linked_at, human_clicks = excluded.human_clicks, people = excluded.people,
  opened_at = excluded.opened_at, booked_at = excluded.booked_at, score = excluded.score
WHERE (held.first_linked_at, held.human_clicks, held.people, held.opened_at, held.booked_at, held.score)
  IS DISTINCT FROM (excluded.first_linked_at, excluded.human_clicks, excluded.people, excluded.opened_at,
    excluded.booked_at, excluded.score)`;

/** An application that only its links told of goes with them. */
const FORGET = `
DELETE FROM applications AS held USING unnest($1::text[], $2::text[]) AS unlinked (user_id, application_id)
WHERE held.user_id = unlinked.user_id AND held.application_id = unlinked.application_id
  AND first_generated_at IS NULL AND set_by_person = '{}'`;

interface Figures extends ApplicationKey {
  linkedAt: Date | null;
  hasLinks: boolean;
  humanClicks: number;
  sessions: number;
  /** Human clicks of the first sessions. */
  sessionClicks: number;
  openedAt: Date | null;
  bookedAt: Date | null;
  clickedFunctions: string[];
}

/**
 * Brings what is held of these applications in line with their links, clicks and bookings. Applications that nothing but
 * a link tells of begin to exist here. One transaction at a time may do this: a second could store older figures later.
 */
export async function refreshApplications(
  manager: EntityManager,
  keys: readonly ApplicationKey[],
): Promise<void> {
  const asked = [keys.map(({ userId }) => userId), keys.map(({ applicationId }) => applicationId)];
  await manager.query(REFRESH_FUNCTIONS, asked);
  const figures: Figures[] = await manager.query(FIGURES, asked);
  await manager.query(STORE, [
    figures.map(({ userId }) => userId),
    figures.map(({ applicationId }) => applicationId),
    figures.map(({ linkedAt }) => linkedAt),
    figures.map(({ humanClicks }) => humanClicks),
    figures.map(countPeople),
    figures.map(({ openedAt }) => openedAt),
    figures.map(({ bookedAt }) => bookedAt),
    figures.map((each) => scoreEngagement(toEngagement(each)).score),
    figures.map(({ hasLinks }) => hasLinks),
  ]);
  const unlinked = figures.filter(({ hasLinks }) => !hasLinks);
  await manager.query(FORGET, [
    unlinked.map(({ userId }) => userId),
    unlinked.map(({ applicationId }) => applicationId),
  ]);
}

function toEngagement(figures: Figures): Engagement {
  const { humanClicks, clickedFunctions, bookedAt } = figures;
  return { humanClicks, people: countPeople(figures), clickedFunctions, isBooked: bookedAt !== null };
}

/** Visitors who asked not to be tracked have no session, and are one person at least. */
function countPeople({ sessions, sessionClicks, humanClicks }: Figures): number {
  const hasOthers = sessions < COUNTED_SESSIONS && humanClicks > sessionClicks;
  return sessions + (hasOthers ? 1 : 0);
}
