import { setTimeout } from 'node:timers/promises';
import { type DataSource, QueryFailedError } from 'typeorm';

/** Rows changed or deleted by one statement: short enough to hold nobody up. */
const BATCH_ROWS = 5_000;

/**
 * Removes what could name a visitor from one batch of clicks before $1; device, browser, system and country stay. The partial index holds exactly the clicks
 * that still have an address or an agent, so each batch costs the same however many clicks there are. $2 the links whose
 * clicks alone are meant; null: all.
 */
const ANONYMIZE = `
UPDATE link_clicks SET ip_address = NULL, user_agent = NULL, city = NULL, metadata = NULL, facts = NULL
WHERE (click_id, clicked_at) IN (
  SELECT click_id, clicked_at FROM link_clicks WHERE (ip_address IS NOT NULL OR user_agent IS NOT NULL) AND clicked_at < $1
    AND ($2::text[] IS NULL OR tracking_id = ANY ($2))
  ORDER BY clicked_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED
) AND clicked_at < $1`;

/**
 * Anonymises every click before the moment, or those of some links; answers how many there were. Safe to interrupt and to
 * run twice at once.
 */
export async function anonymizeClicks(
  dataSource: DataSource,
  before: Date,
  trackingIds?: readonly string[],
): Promise<number> {
  return repeat(async () => {
    const [, changed] = await dataSource.query(ANONYMIZE, [before, trackingIds ?? null]);
    return changed;
  });
}

const DELETE = `
DELETE FROM link_clicks WHERE (click_id, clicked_at) IN (
  SELECT click_id, clicked_at FROM link_clicks WHERE clicked_at < $1 LIMIT ${BATCH_ROWS}
) AND clicked_at < $1`;

/** Deletes every click before the moment, batch by batch; answers how many. */
export async function deleteClicks(dataSource: DataSource, before: Date): Promise<number> {
  return repeat(async () => {
    const [, deleted] = await dataSource.query(DELETE, [before]);
    return deleted;
  });
}

async function repeat(runBatch: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const rows = await runBatch();
    total += rows;
    if (rows === 0) return total;
  }
}

/** Also those that were detached and not dropped, because a process ended in between. */
const WHOLLY_OLD_PARTITIONS = `
SELECT relname AS name, relispartition AS "isAttached" FROM pg_class
WHERE relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'link_clicks'::regclass)
  AND relkind = 'r' AND relname ~ '^link_clicks_[0-9]{4}_[0-9]{2}$'
  AND to_date(right(relname, 7), 'YYYY_MM') + interval '1 month' <= $1::timestamptz AT TIME ZONE 'UTC'
ORDER BY 1`;

/** Waited for a lock on all clicks, while everybody else waits for this. */
const LOCK_MS = 300;
const ATTEMPTS = 3;
const PAUSE_MS = 500;

/**
 * Detaches and drops the monthly partitions that end before the moment; answers their names. Detaching needs every click
 * for an instant (without holding anybody up it is not to be had beside a default partition), so it gives way to who reads
 * them; dropping then concerns nobody. One that is not had now stays for the next time.
 */
export async function dropOldPartitions(dataSource: DataSource, before: Date): Promise<string[]> {
  const partitions: { name: string; isAttached: boolean }[] = await dataSource.query(WHOLLY_OLD_PARTITIONS, [
    before,
  ]);
  const dropped: string[] = [];
  for (const { name, isAttached } of partitions) {
    if (isAttached && !(await detach(dataSource, name))) continue;
    await dataSource.query(`DROP TABLE IF EXISTS "${name}"`);
    dropped.push(name);
  }
  return dropped;
}

async function detach(dataSource: DataSource, name: string): Promise<boolean> {
  for (let attempt = 1; ; attempt++) {
    try {
      await dataSource.transaction(async (manager) => {
        await manager.query(`SET LOCAL lock_timeout = ${LOCK_MS}`);
        await manager.query(`ALTER TABLE link_clicks DETACH PARTITION "${name}"`);
      });
      return true;
    } catch (error) {
      if (!isLockTimeout(error)) throw error;
      if (attempt === ATTEMPTS) return false;
      await setTimeout(PAUSE_MS);
    }
  }
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof QueryFailedError && error.driverError.code === '55P03';
}
