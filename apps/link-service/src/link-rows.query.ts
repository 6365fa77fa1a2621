import type { DataSource, EntityManager } from 'typeorm';
import type { LinkEntity } from './link.entity.js';
import type { LinkState } from './link-state.js';

/** Columns of `link_tracking` under the names of {@link LinkEntity}. */
export const LINK_COLUMNS = `l.tracking_id AS "trackingId", l.user_id AS "userId", l.job_id AS "jobId",
  l.application_id AS "applicationId", l.link_function AS "linkFunction", l.link_type AS "linkType",
  l.original_url AS "originalUrl", l.redirect_url AS "redirectUrl", l.created_at AS "createdAt",
  l.created_by AS "createdBy", l.is_active AS "isActive", l.description, l.deactivated_at AS "deactivatedAt",
  l.expires_at AS "expiresAt", l.fallback_url AS "fallbackUrl", l.destination`;

/**
 * A FROM item that puts the request's id ($1) where the outbox trigger of the same statement reads it.
 * Volatile, so the planner keeps it although nothing selects from it.
 */
export const WITH_REQUEST_ID = `(SELECT set_config('footfall.request_id', coalesce($1, ''), true)) AS request`;

export interface FoundLink {
  row: LinkEntity;
  /** What gateways were last told, if anything yet. */
  known?: { revision: number; state: LinkState };
}

export async function findLinkRow(
  dataSource: DataSource,
  { trackingId, ownerId }: { trackingId: string; ownerId: string | undefined },
): Promise<FoundLink | undefined> {
  const [found] = await dataSource.query(
    `SELECT ${LINK_COLUMNS}, s.revision, s.state
     FROM link_tracking l LEFT JOIN link_state s USING (tracking_id) 
     WHERE l.tracking_id = $1 AND ($2::text IS NULL OR l.user_id = $2)`,
    [trackingId, ownerId],
  );
  if (!found) return undefined;
  const { revision, state, ...row } = found;
  return state ? { row, known: { revision: Number(revision), state } } : { row };
}

/** Rows by id, in no order; ids without a row are left out. */
export function readLinkRows(manager: EntityManager, trackingIds: readonly string[]): Promise<LinkEntity[]> {
  return manager.query(`SELECT ${LINK_COLUMNS} FROM link_tracking l WHERE l.tracking_id = ANY($1)`, [
    trackingIds,
  ]);
}
