import type { DataSource } from 'typeorm';
import { type ClickFilter, toCondition } from './click-filter.js';

/** Clicks sent at once. */
const PAGE_ROWS = 500;

/** A click's place in the feed. */
export interface FeedPosition {
  /** The transaction that stored it. */
  storedIn: string;
  clickId: string;
}

export interface FeedClick {
  position: FeedPosition;
  click: { reasons: readonly string[]; [fact: string]: unknown };
}

/**
 * The oldest transaction that still writes: every click stored before it can be seen, and none can be added there. The
 * feed goes no further, so that a click whose transaction ends late is not passed over, however late.
 */
const HORIZON = 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS horizon';

const NEXT = `
SELECT stored_in AS position, click_id, tracking_id, user_id, job_id, application_id, link_function, clicked_at,
  answer, class, score, reasons, click_source, device, browser, os, country, city
FROM link_clicks
WHERE (stored_in, click_id) > ($1::bigint, $2::uuid) AND stored_in >= $1::bigint AND stored_in < $3::bigint`;

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Where the feed stands now: what is stored from here on comes after it. */
export async function findFeedEnd(dataSource: DataSource): Promise<FeedPosition> {
  return { storedIn: await findHorizon(dataSource), clickId: BEFORE_ALL };
}

/** The next clicks after a position, in the order in which they were stored. */
export async function listNextClicks(
  dataSource: DataSource,
  { after, filter }: { after: FeedPosition; filter: ClickFilter },
): Promise<FeedClick[]> {
  const { sql, values } = toCondition(filter, 3);
  const rows: { position: string; click_id: string; reasons: string[] }[] = await dataSource.query(
    `${NEXT} AND ${sql} ORDER BY stored_in, click_id LIMIT ${PAGE_ROWS}`,
    [after.storedIn, after.clickId, await findHorizon(dataSource), ...values],
  );
  return rows.map(({ position, ...click }) => ({
    position: { storedIn: position, clickId: click.click_id },
    click,
  }));
}

async function findHorizon(dataSource: DataSource): Promise<string> {
  const [{ horizon }] = await dataSource.query(HORIZON);
  return horizon;
}
