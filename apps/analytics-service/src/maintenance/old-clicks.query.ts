import type { DataSource } from 'typeorm';

/** Rows changed or deleted by one statement: short enough to hold nobody up. */
const BATCH_ROWS = 5_000;

/**
 * Removes what could name a visitor from one batch of clicks before $1; device, browser, system and country stay. The partial index holds exactly the clicks
 * that still have an address or an agent, so each batch costs the same however many clicks there are.
 */
const ANONYMIZE = `
UPDATE link_clicks SET ip_address = NULL, user_agent = NULL, city = NULL, metadata = NULL, facts = NULL
WHERE (click_id, clicked_at) IN (
  SELECT click_id, clicked_at FROM link_clicks WHERE (ip_address IS NOT NULL OR user_agent IS NOT NULL) AND clicked_at < $1
  ORDER BY clicked_at LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED
) AND clicked_at < $1`;

/** Anonymises every click before the moment; answers how many there were. Safe to interrupt and to run twice at once. */
export async function anonymizeClicks(dataSource: DataSource, before: Date): Promise<number> {
  return repeat(async () => {
    const [, changed] = await dataSource.query(ANONYMIZE, [before]);
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

const WHOLLY_OLD_PARTITIONS = `
SELECT child.relname AS name FROM pg_inherits
JOIN pg_class AS child ON child.oid = inhrelid
WHERE inhparent = 'link_clicks'::regclass AND child.relname ~ '^link_clicks_[0-9]{4}_[0-9]{2}$'
  AND to_date(right(child.relname, 7), 'YYYY_MM') + interval '1 month' <= $1::timestamptz AT TIME ZONE 'UTC'
ORDER BY 1`;

/** Drops the monthly partitions that end before the moment; answers their names. */
export async function dropOldPartitions(dataSource: DataSource, before: Date): Promise<string[]> {
  const partitions: { name: string }[] = await dataSource.query(WHOLLY_OLD_PARTITIONS, [before]);
  for (const { name } of partitions) await dataSource.query(`DROP TABLE IF EXISTS "${name}"`);
  return partitions.map(({ name }) => name);
}
