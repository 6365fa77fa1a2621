import type { DataSource, EntityManager } from 'typeorm';
import type { CandidateChanged } from '#contracts';
import { isErasedSql } from '#events';
import { WITH_REQUEST_ID } from './link-rows.query.js';
import { ERASURE_LEDGER } from './privacy/personal-links.js';
import type { ProfileUrls } from './profile-functions.js';

/**
 * Notes a change of a profile as followed, with the URLs that it leads to; false when a later one has been followed already, or the profile was
 * erased since: events may come out of order, and an old one must not move links back. Until the transaction ends nobody else follows this profile.
 */
export async function claimProfileChange(
  manager: EntityManager,
  { user_id, occurred_at }: CandidateChanged,
  urls: ProfileUrls,
): Promise<boolean> {
  const claimed = await manager.query(
    `INSERT INTO followed_profiles AS held (user_id, changed_at, urls) SELECT $1, $2, $3
     WHERE NOT ${isErasedSql(ERASURE_LEDGER, { user: '$1', at: '$2::timestamptz' })}
     ON CONFLICT (user_id) DO UPDATE SET changed_at = excluded.changed_at, urls = excluded.urls
       WHERE held.changed_at <= excluded.changed_at
     RETURNING user_id`,
    [user_id, occurred_at, urls],
  );
  return claimed.length > 0;
}

/** Where the user's own pages are, as of the last change that was followed. */
export async function findProfileUrls(dataSource: DataSource, userId: string): Promise<ProfileUrls> {
  const [profile] = await dataSource.query('SELECT urls FROM followed_profiles WHERE user_id = $1', [userId]);
  return profile?.urls ?? {};
}

/** Functions of the user's links that follow the profile. */
export async function listFollowingFunctions(manager: EntityManager, userId: string): Promise<string[]> {
  const rows: { function: string }[] = await manager.query(
    `SELECT DISTINCT link_function AS function FROM link_tracking
     WHERE user_id = $1 AND destination = 'follow_profile' ORDER BY link_function`,
    [userId],
  );
  return rows.map((row) => row.function);
}

/** Leads the user's following links of a function to a URL; locked by id, as switching does. */
export async function moveFollowingLinks(
  manager: EntityManager,
  { userId, linkFunction, url, requestId }: Move,
): Promise<void> {
  await manager.query(
    `UPDATE link_tracking l SET original_url = $4 FROM ${WITH_REQUEST_ID}
     WHERE l.tracking_id IN (
       SELECT tracking_id FROM link_tracking
       WHERE user_id = $2 AND destination = 'follow_profile' AND link_function = $3 AND original_url <> $4
       ORDER BY tracking_id FOR UPDATE)`,
    [requestId, userId, linkFunction, url],
  );
}

export interface Move {
  userId: string;
  linkFunction: string;
  /** Has passed the destination rules. */
  url: string;
  requestId: string | undefined;
}
