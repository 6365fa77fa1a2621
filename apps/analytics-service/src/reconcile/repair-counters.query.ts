import type { DataSource, QueryRunner } from 'typeorm';
import { COUNTER_TABLES, type CounterTable, IN_BATCH } from './counter-tables.js';
import { getRowsCompleteSince } from './reconcile.query.js';

/** Counters mended by one transaction: whoever moves one of them waits for as long as that takes. */
const BATCH_COUNTERS = 10_000;
/** For the one aggregation of each table; what is more lies on disk meanwhile. */
const WORK_MEM = '256MB';

/** How far each counter is from its rows, numbered in the order of keys. $1 since when rows are complete. */
function findDifferences({ name, keys, figures, noted, rows, isCounted }: CounterTable): string {
  const columns = [...keys, ...figures, ...(noted ? [noted] : [])].join(', ');
  return `
CREATE TEMP TABLE differences AS
SELECT row_number() OVER (ORDER BY ${keys.join(', ')}) AS n, * FROM (
  SELECT ${keys.join(', ')}, ${figures.map((figure) => `sum(${figure})::bigint AS ${figure}`).join(', ')}${noted ? `, min(${noted}) AS ${noted}` : ''}
  FROM (
    ${rows}
    UNION ALL
    SELECT ${keys.join(', ')}, ${figures.map((figure) => `-${figure}`).join(', ')}${noted ? ', NULL' : ''}
    FROM ${name} WHERE ${isCounted}
  ) AS sides (${columns})
  GROUP BY ${keys.join(', ')} HAVING ${figures.map((figure) => `sum(${figure}) <> 0`).join(' OR ')}
) AS counted`;
}

/** Takes away counters that have come to nothing: they count nothing that is there. */
function removeEmpty({ name, keys, figures }: CounterTable): string {
  return `
DELETE FROM ${name} AS held USING differences AS difference
WHERE ${IN_BATCH} AND ${keys.map((key) => `held.${key} = difference.${key}`).join(' AND ')}
  AND ${figures.map((figure) => `held.${figure} = 0`).join(' AND ')}`;
}

/**
 * Links that were mended without saying when they were clicked, or that are wrong about their first click by a person.
 * What counters say of a time before $1, when rows may be gone, stands.
 */
const FIND_WRONG_MOMENTS = `
CREATE TEMP TABLE differences AS
SELECT row_number() OVER (ORDER BY tracking_id) AS n, tracking_id FROM link_counters AS held
WHERE first_click IS NULL OR (first_human_click IS NULL OR first_human_click >= $1::timestamptz)
  AND first_human_click IS DISTINCT FROM ${findMoment("answer = 'redirect' AND class = 'human'", 'ASC')}`;

/** Moments are no sums: they are read anew, by a statement that begins when the counters are locked. */
const LOCK_LINKS = `
SELECT FROM link_counters AS held JOIN differences USING (tracking_id) WHERE ${IN_BATCH} ORDER BY n FOR UPDATE OF held`;

const MOVE_MOMENTS = `
UPDATE link_counters AS held SET
  first_click = least(first_click, ${findMoment("answer = 'redirect'", 'ASC')}),
  last_click = greatest(last_click, ${findMoment("answer = 'redirect'", 'DESC')}),
  first_human_click = ${findMoment("answer = 'redirect' AND class = 'human'", 'ASC')}
FROM differences AS difference WHERE ${IN_BATCH} AND held.tracking_id = difference.tracking_id`;

function findMoment(condition: string, order: 'ASC' | 'DESC'): string {
  return `(SELECT clicked_at FROM link_clicks AS click WHERE click.tracking_id = held.tracking_id AND ${condition}
    ORDER BY clicked_at ${order} LIMIT 1)`;
}

/**
 * Mends every counter that does not say what the rows say, in one pass over the clicks for each table.
 *
 * What is found is how far a counter is from its rows, both in one snapshot, and that is added to it later. Whoever moves
 * counters moves them in the transaction that changes the rows, so the distance stays the same whatever happens in
 * between: nobody waits while clicks are counted, and then for {@link BATCH_COUNTERS} counters at a time.
 *
 * Interrupted, it leaves each counter mended or as it was.
 */
export async function repairCounters(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    for (const table of COUNTER_TABLES) {
      await mend(runner, findDifferences(table), [table.add, removeEmpty(table)]);
      if (table.name === 'link_counters') await mend(runner, FIND_WRONG_MOMENTS, [LOCK_LINKS, MOVE_MOMENTS]);
    }
  } finally {
    await runner.release();
  }
}

/** Finds what differs, and runs the statements on it batch by batch. */
async function mend(runner: QueryRunner, find: string, statements: readonly string[]): Promise<void> {
  const { manager } = runner;
  await manager.query('DROP TABLE IF EXISTS pg_temp.differences'); // of one that failed
  await manager.transaction('REPEATABLE READ', async () => {
    await manager.query(`SET LOCAL work_mem = '${WORK_MEM}'`);
    // In the snapshot of the comparison: a retention may move it.
    await manager.query(find, [await getRowsCompleteSince(manager)]);
    await manager.query('CREATE INDEX ON differences (n)');
  });
  const [{ count }] = await manager.query('SELECT coalesce(max(n), 0)::int AS count FROM differences');
  for (let first = 1; first <= count; first += BATCH_COUNTERS) {
    await manager.transaction(async () => {
      for (const statement of statements) await manager.query(statement, [first, first + BATCH_COUNTERS - 1]);
    });
  }
  await manager.query('DROP TABLE differences');
}
