import type { DataSource } from 'typeorm';
import type { LinkDestination } from '#contracts';
import type { LinkEntity } from './link.entity.js';
import { LINK_COLUMNS, WITH_REQUEST_ID } from './link-rows.query.js';
import { MintCancelledError, MintConflictError } from './links.errors.js';

/** Whose the links of one call are. */
export interface LinkOwner {
  userId: string;
  jobId?: string | undefined;
  applicationId?: string | undefined;
}

/** A checked link that is not stored yet; `trackingId` is what it will be called if no equal link exists. */
export interface LinkDraft {
  trackingId: string;
  linkFunction: string;
  linkType: string;
  originalUrl: string;
  redirectUrl: string;
  description?: string | undefined;
  expiresAt?: Date | undefined;
  fallbackUrl?: string | undefined;
  destination: LinkDestination;
}

interface Mint {
  owner: LinkOwner;
  drafts: readonly LinkDraft[];
  requestId: string | undefined;
}

export interface MintedLink {
  row: LinkEntity;
  created: boolean;
}

/** How often a link may vanish between the two statements before the call is given up. */
const MAX_ATTEMPTS = 3;

/**
 * What makes two links of one owner the same link, as the unique index has it: their function and URL, or only their
 * function when they follow the profile, since then their URL will change.
 */
export function identityOf(link: Pick<LinkDraft, 'linkFunction' | 'originalUrl' | 'destination'>): string {
  return `${link.linkFunction} ${link.destination} ${link.destination === 'fixed' ? link.originalUrl : ''}`;
}

/**
 * Stores the drafts that are new and finds the others; answers by {@link identityOf}. Drafts must differ in it.
 *
 * Safe under concurrency: the unique index decides which call makes a link, the others wait for its commit and
 * find it. Rows go in ordered by key, so that two calls never wait for each other crosswise.
 */
export async function getOrCreateLinks(
  dataSource: DataSource,
  { owner, drafts, requestId, signal }: Mint & { signal: AbortSignal | undefined },
): Promise<Map<string, MintedLink>> {
  const minted = new Map<string, MintedLink>();
  let missing = drafts.toSorted((a, b) => (identityOf(a) < identityOf(b) ? -1 : 1));
  for (let attempt = 0; missing.length > 0; attempt++) {
    if (signal?.aborted) throw new MintCancelledError();
    if (attempt === MAX_ATTEMPTS) throw new MintConflictError();
    const created = await insertLinks(dataSource, { owner, drafts: missing, requestId });
    for (const row of created) minted.set(identityOf(row), { row, created: true });
    missing = missing.filter((draft) => !minted.has(identityOf(draft)));
    if (missing.length === 0) break;
    const found = await selectLinks(dataSource, owner, missing);
    for (const row of found) minted.set(identityOf(row), { row, created: false });
    missing = missing.filter((draft) => !minted.has(identityOf(draft)));
  }
  return minted;
}

function insertLinks(dataSource: DataSource, { owner, drafts, requestId }: Mint): Promise<LinkEntity[]> {
  return dataSource.query(
    `INSERT INTO link_tracking AS l (tracking_id, user_id, job_id, application_id, link_function, link_type,
                                     original_url, redirect_url, description, expires_at, fallback_url,
                                     destination, created_by)
     SELECT d.tracking_id, $2, $3, $4, d.link_function, d.link_type, d.original_url, d.redirect_url,
            d.description, d.expires_at, d.fallback_url, d.destination, 'api'
     FROM ${WITH_REQUEST_ID},
       unnest($5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[],
              $12::text[], $13::text[]) WITH ORDINALITY
         AS d (tracking_id, link_function, link_type, original_url, redirect_url, description, expires_at,
               fallback_url, destination, position)
     ORDER BY d.position
     ON CONFLICT DO NOTHING
     RETURNING ${LINK_COLUMNS}`,
    [
      requestId,
      owner.userId,
      owner.jobId,
      owner.applicationId,
      drafts.map((draft) => draft.trackingId),
      drafts.map((draft) => draft.linkFunction),
      drafts.map((draft) => draft.linkType),
      drafts.map((draft) => draft.originalUrl),
      drafts.map((draft) => draft.redirectUrl),
      drafts.map((draft) => draft.description ?? null),
      drafts.map((draft) => draft.expiresAt?.toISOString() ?? null),
      drafts.map((draft) => draft.fallbackUrl ?? null),
      drafts.map((draft) => draft.destination),
    ],
  );
}

/**
 * Reads by the unique index, then by the URL itself: two URLs with one md5 stay two links. `IS NOT DISTINCT FROM`
 * would say the same as the ORs, but never uses an index.
 */
function selectLinks(
  dataSource: DataSource,
  owner: LinkOwner,
  drafts: readonly LinkDraft[],
): Promise<LinkEntity[]> {
  return dataSource.query(
    `SELECT ${LINK_COLUMNS}
     FROM unnest($4::text[], $5::text[], $6::text[]) AS d (link_function, original_url, destination)
     JOIN link_tracking l ON l.user_id = $1
       AND (l.job_id = $2 OR $2::text IS NULL AND l.job_id IS NULL)
       AND (l.application_id = $3 OR $3::text IS NULL AND l.application_id IS NULL)
       AND l.link_function = d.link_function AND l.destination = d.destination
       AND CASE l.destination WHEN 'fixed' THEN md5(l.original_url) ELSE '' END
         = CASE d.destination WHEN 'fixed' THEN md5(d.original_url) ELSE '' END
       AND (l.destination <> 'fixed' OR l.original_url = d.original_url)`,
    [
      owner.userId,
      owner.jobId,
      owner.applicationId,
      drafts.map((draft) => draft.linkFunction),
      drafts.map((draft) => draft.originalUrl),
      drafts.map((draft) => draft.destination),
    ],
  );
}
