import type { DataSource } from 'typeorm';
import type { LinkEntity } from './link.entity.js';
import { LINK_COLUMNS, WITH_REQUEST_ID } from './link-rows.query.js';

/** What may be edited of a link, and its column. */
const COLUMN_OF = {
  isActive: 'is_active',
  expiresAt: 'expires_at',
  fallbackUrl: 'fallback_url',
  description: 'description',
  destination: 'destination',
} as const;
type EditableField = keyof typeof COLUMN_OF;

/** New values of a link; absent fields stay. At least one must be given. */
export type LinkEdit = { [Field in EditableField]?: LinkEntity[Field] | undefined };

/** Whose links a call may touch, and the request that it belongs to. */
export interface EditScope {
  /** Undefined: every user's. */
  ownerId: string | undefined;
  requestId: string | undefined;
}

/** Edits a link and answers it; undefined when the owner has none of that id. The same edit again changes nothing. */
export async function editLinkRow(
  dataSource: DataSource,
  { trackingId, edit, ownerId, requestId }: EditScope & { trackingId: string; edit: LinkEdit },
): Promise<LinkEntity | undefined> {
  const fields = Object.keys(COLUMN_OF).filter((field) => edit[field as EditableField] !== undefined);
  const assignments = fields.map((field, i) => `${COLUMN_OF[field as EditableField]} = $${i + 4}`);
  const [rows] = await dataSource.query(
    `UPDATE link_tracking l SET ${assignments.join(', ')} FROM ${WITH_REQUEST_ID}
     WHERE l.tracking_id = $2 AND ($3::text IS NULL OR l.user_id = $3) RETURNING ${LINK_COLUMNS}`,
    [requestId, trackingId, ownerId, ...fields.map((field) => edit[field as EditableField])],
  );
  return rows[0];
}

export interface SwitchFilter {
  jobId?: string | undefined;
  applicationId?: string | undefined;
}

export interface SwitchedLinks {
  /** Links that were not in that state before. */
  count: number;
  /** The first 100 of them by id. */
  trackingIds: string[];
}

/** Switches all links of a job or application in one statement; rows are locked by id, so two calls never deadlock. */
export async function switchLinkRows(
  dataSource: DataSource,
  { filter, isActive, ownerId, requestId }: EditScope & { filter: SwitchFilter; isActive: boolean },
): Promise<SwitchedLinks> {
  const [switched] = await dataSource.query(
    `WITH switched AS (
       UPDATE link_tracking l SET is_active = $2 FROM ${WITH_REQUEST_ID}
       WHERE l.tracking_id IN (
         SELECT tracking_id FROM link_tracking
         WHERE is_active <> $2 AND ($3::text IS NULL OR user_id = $3)
           AND ($4::text IS NULL OR job_id = $4) AND ($5::text IS NULL OR application_id = $5)
         ORDER BY tracking_id FOR UPDATE)
       RETURNING l.tracking_id)
     SELECT count(*)::int AS count,
            coalesce((array_agg(tracking_id ORDER BY tracking_id))[1:100], '{}') AS "trackingIds"
     FROM switched`,
    [requestId, isActive, ownerId, filter.jobId, filter.applicationId],
  );
  return switched;
}
