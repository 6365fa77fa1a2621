import type { Link } from '../../api/links.js';
import { sayAgo } from '../../words/times.js';

export interface LinkState {
  isOn: boolean;
  words: string;
}

/** What a link does now: an expiry that has passed counts as off, whatever its switch says. */
export function findLinkState(link: Pick<Link, 'is_active' | 'expires_at'>, now = Date.now()): LinkState {
  if (!link.is_active) return { isOn: false, words: 'Off' };
  if (!link.expires_at) return { isOn: true, words: 'On' };
  const when = sayAgo(link.expires_at, now);
  return Date.parse(link.expires_at) <= now
    ? { isOn: false, words: `Expired ${when}` }
    : { isOn: true, words: `On, ends ${when}` };
}
