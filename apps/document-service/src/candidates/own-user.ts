import { currentUserId } from '#platform';
import { CandidateNotFoundError } from './candidates.errors.js';

/**
 * For callers whose API key is bound to one user there is nobody else: throws {@link CandidateNotFoundError} for any
 * other user, known or not.
 */
export function requireOwnUser(userId: string): void {
  const own = currentUserId();
  if (own !== undefined && own !== userId) throw new CandidateNotFoundError(userId);
}

/** What narrows a search to the caller's own rows; nothing for callers who act for every user. */
export function ownRows(): { user_id?: string } {
  const own = currentUserId();
  return own === undefined ? {} : { user_id: own };
}
