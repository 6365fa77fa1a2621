import type { DataSource } from 'typeorm';
import type { NumberedLinkState } from './link-state.js';

/** States numbered after `revision`, ascending. Never misses one: see `numberChanges`. */
export async function readStatesAfter(
  dataSource: DataSource,
  { revision, limit }: { revision: number; limit: number },
): Promise<NumberedLinkState[]> {
  const rows = await dataSource.query(
    'SELECT revision, state FROM link_state WHERE revision > $1 ORDER BY revision LIMIT $2',
    [revision, limit],
  );
  return rows.map((row: NumberedLinkState) => ({ ...row, revision: Number(row.revision) }));
}
