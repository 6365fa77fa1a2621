import type { EntityManager } from 'typeorm';
import { SUSPECTED_SCORE, WEIGHTS } from '../classification/rules.js';

/** A click is looked at when it has settled (15 s), and what settling puts down once more at once has too, s. */
const NOTICE_SECONDS = 17;
/** Older clicks are no news: who imports a year of them wants no year of messages. */
const NEWS_DAYS = 7;
/** Settling takes no more off a score: what lies higher cannot become a person's click. */
const HOPELESS_SCORE = SUSPECTED_SCORE - WEIGHTS.office_preflight_before;

const WANTED = `FROM webhook_endpoints WHERE enabled AND types && '{click.human,application.opened}'`;

/** Clicks that are news to somebody. Who wants to be told is looked up once a statement, not once a click. */
const IS_NEWS = `clicked_at > now() - interval '${NEWS_DAYS} days' AND (EXISTS (SELECT ${WANTED} AND user_id IS NULL)
  OR user_id = ANY (ARRAY(SELECT user_id ${WANTED} AND user_id IS NOT NULL)))`;

/**
 * A WITH query for the statement that inserts clicks, on its `inserted` rows: puts down those that somebody wants to be
 * told of if they turn out to be a person's.
 */
export const NOTE_CLICKS = `
  INSERT INTO click_notices (click_id, clicked_at, due_at)
  SELECT click_id, clicked_at, now() + interval '${NOTICE_SECONDS} seconds' FROM inserted
  WHERE ${IS_NEWS} AND counts AND class <> 'self' AND score < ${HOPELESS_SCORE}
  ORDER BY click_id, clicked_at`;

const NOTE_LATE_CLICKS = `
INSERT INTO click_notices (click_id, clicked_at, due_at)
SELECT click_id, clicked_at, now() FROM link_clicks WHERE click_id = ANY ($1) AND ${IS_NEWS}
ORDER BY click_id, clicked_at ON CONFLICT DO NOTHING`;

/** Puts down clicks that became a person's for a reason of their own, a booking, after they had been looked at. */
export async function noteClicks(manager: EntityManager, clickIds: readonly string[]): Promise<void> {
  if (clickIds.length > 0) await manager.query(NOTE_LATE_CLICKS, [clickIds]);
}

/** A click that was put down, as it stands; `class` is null when it is gone. */
export interface NoticedClick {
  click_id: string;
  clicked_at: Date;
  class: string | null;
  tracking_id: string;
  link_function: string;
  user_id: string;
  job_id: string | null;
  application_id: string | null;
  company: string | null;
  title: string | null;
  job_board: string | null;
  click_source: string;
  device: string | null;
  country: string | null;
}

/** Takes those whose time has come, and that no settling has before it. $1 now, $2 how many. */
const TAKE_DUE = `
WITH due AS (
  DELETE FROM click_notices WHERE (click_id, clicked_at) IN (
    SELECT click_id, clicked_at FROM click_notices
    WHERE due_at <= $1::timestamptz AND due_at < coalesce((SELECT min(due_at) FROM settling), 'infinity')
    ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
  ) RETURNING click_id, clicked_at
)
SELECT due.click_id, due.clicked_at, class, tracking_id, link_function, user_id, click.job_id, application_id, company,
  title, job_board, click_source, device, country
FROM due LEFT JOIN link_clicks AS click USING (click_id, clicked_at)
LEFT JOIN applications USING (user_id, application_id)
ORDER BY due.clicked_at, due.click_id`;

export async function takeDueNotices(
  manager: EntityManager,
  { now, limit }: { now: Date; limit: number },
): Promise<NoticedClick[]> {
  return manager.query(TAKE_DUE, [now, limit]);
}

/** An application that a person clicked a link of. */
export interface OpenedApplication {
  userId: string;
  applicationId: string;
  clickedAt: Date;
}

/** Marks applications as looked at. Answers those that had not been, and that nobody had opened before these clicks. */
const MARK_OPENED = `
WITH opened AS (
  SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS named (user_id, application_id, clicked_at)
),
marked AS (
  INSERT INTO announced_applications (user_id, application_id)
  SELECT user_id, application_id FROM opened ORDER BY 1, 2
  ON CONFLICT DO NOTHING RETURNING user_id, application_id
)
SELECT user_id, application_id FROM marked JOIN opened USING (user_id, application_id)
WHERE NOT EXISTS (
  SELECT FROM link_counters AS link
  WHERE link.application_id = opened.application_id AND link.user_id = opened.user_id
    AND link.first_human_click < opened.clicked_at
)`;

/** As keys of {@link applicationKey}. */
export async function markOpened(
  manager: EntityManager,
  opened: readonly OpenedApplication[],
): Promise<Set<string>> {
  const rows: { user_id: string; application_id: string }[] = await manager.query(MARK_OPENED, [
    opened.map(({ userId }) => userId),
    opened.map(({ applicationId }) => applicationId),
    opened.map(({ clickedAt }) => clickedAt),
  ]);
  return new Set(rows.map((row) => applicationKey(row.user_id, row.application_id)));
}

/** No id holds a space. */
export function applicationKey(userId: string, applicationId: string): string {
  return `${userId} ${applicationId}`;
}
