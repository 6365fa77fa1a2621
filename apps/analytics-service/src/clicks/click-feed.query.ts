import type { DataSource } from 'typeorm';
import { type ClickFilter, toCondition } from './click-filter.js';

/** Clicks sent at once. */
const PAGE_ROWS = 500;

/** A click's place in the feed. */
export interface FeedPosition {
  /** As PostgreSQL writes it. */
  recordedAt: string;
  clickId: string;
}

export interface FeedClick {
  position: FeedPosition;
  click: { reasons: readonly string[]; [fact: string]: unknown };
}

/**
 * Up to when every stored click can be seen: the feed goes no further, so that a click whose transaction began earlier
 * and ends later is not passed over. Long transactions of other work hold it up for ten seconds at most.
 */
const HORIZON = `
SELECT least(clock_timestamp() - interval '200 milliseconds', greatest(
  (SELECT coalesce(min(xact_start), clock_timestamp()) FROM pg_stat_activity
   WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()),
  clock_timestamp() - interval '10 seconds'
))::text AS horizon`;

const NEXT = `
SELECT recorded_at::text AS position, click_id, tracking_id, user_id, job_id, application_id, link_function, clicked_at,
  answer, class, score, reasons, click_source, device, browser, os, country, city
FROM link_clicks
WHERE (recorded_at, click_id) > ($1::timestamptz, $2::uuid) AND recorded_at >= $1::timestamptz
  AND recorded_at < $3::timestamptz`;

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Where the feed stands now: what is stored from here on comes after it. */
export async function findFeedEnd(dataSource: DataSource): Promise<FeedPosition> {
  return { recordedAt: await findHorizon(dataSource), clickId: BEFORE_ALL };
}

/** The next clicks after a position, in the order in which they were stored. */
export async function listNextClicks(
  dataSource: DataSource,
  { after, filter }: { after: FeedPosition; filter: ClickFilter },
): Promise<FeedClick[]> {
  const { sql, values } = toCondition(filter, 3);
  const rows: { position: string; click_id: string; reasons: string[] }[] = await dataSource.query(
    `${NEXT} AND ${sql} ORDER BY recorded_at, click_id LIMIT ${PAGE_ROWS}`,
    [after.recordedAt, after.clickId, await findHorizon(dataSource), ...values],
  );
  return rows.map(({ position, ...click }) => ({
    position: { recordedAt: position, clickId: click.click_id },
    click,
  }));
}

async function findHorizon(dataSource: DataSource): Promise<string> {
  const [{ horizon }] = await dataSource.query(HORIZON);
  return horizon;
}
