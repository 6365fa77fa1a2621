import type { DataSource, EntityManager } from 'typeorm';
import type { NumberedLinkState } from './link-state.js';

/** States numbered after `revision`, ascending. Never misses one: see `numberChanges`. */
export async function readStatesAfter(
  source: DataSource | EntityManager,
  { revision, limit }: { revision: number; limit: number },
): Promise<NumberedLinkState[]> {
  const rows = await source.query(
    `SELECT revision, event_id AS "eventId", request_id AS "requestId", changed_at AS "changedAt", state
     FROM link_state WHERE revision > $1 ORDER BY revision LIMIT $2`,
    [revision, limit],
  );
  return rows.map((row: NumberedLinkState) => ({ ...row, revision: Number(row.revision) }));
}

/**
 * Hands the next states that are not published to `publish`, and moves the mark past them once it resolves.
 * Answers how many; 0 when there are none or another process is at it.
 *
 * When the mark cannot be moved the same states are published again: same `event_id`, same revision.
 */
export function publishStates(
  dataSource: DataSource,
  { limit, publish }: { limit: number; publish: (states: NumberedLinkState[]) => Promise<void> },
): Promise<number> {
  return dataSource.transaction(async (manager) => {
    const [relay] = await manager.query(
      `SELECT published_revision AS revision FROM link_relay FOR UPDATE SKIP LOCKED`,
    );
    if (!relay) return 0;
    const states = await readStatesAfter(manager, { revision: relay.revision, limit });
    const last = states.at(-1);
    if (!last) return 0;
    await publish(states);
    await manager.query('UPDATE link_relay SET published_revision = $1', [last.revision]);
    return states.length;
  });
}

export interface RelayBacklog {
  /** Changes not numbered yet and states not published yet. */
  changes: number;
  oldestAgeSeconds: number;
}

export async function measureBacklog(dataSource: DataSource): Promise<RelayBacklog> {
  const [backlog] = await dataSource.query(
    `SELECT count(*)::int AS changes,
            coalesce(extract(epoch FROM clock_timestamp() - min(changed_at)), 0)::float AS "oldestAgeSeconds"
     FROM (SELECT changed_at FROM link_outbox
           UNION ALL
           SELECT changed_at FROM link_state WHERE revision > (SELECT published_revision FROM link_relay)) AS waiting`,
  );
  return backlog;
}
