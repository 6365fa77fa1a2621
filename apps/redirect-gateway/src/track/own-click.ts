import { type BlockList, isIP } from 'node:net';
import { EVERY_OWNER, OWN_CLICK_COOKIE } from '#contracts';
import type { Hit } from './click-event.js';

export type IsOwnClick = (hit: Pick<Hit, 'link' | 'headers' | 'client'>) => boolean;

/** No user id holds a character that JSON would escape. */
const COOKIE = new RegExp(`(?:^|; ?)${OWN_CLICK_COOKIE}=([A-Za-z0-9._:*-]{1,100})(?:;|$)`);

/** Whether a hit is the owner's: it carries their cookie, or comes from one of the addresses. */
export function ownClickRule(addresses: BlockList | undefined): IsOwnClick {
  return ({ link, headers: { cookie }, client: { ip } }) => {
    if (addresses && ip && addresses.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4')) return true;
    const owner = cookie && COOKIE.exec(cookie)?.[1];
    return owner ? owner === EVERY_OWNER || link.facts.includes(`"user_id":"${owner}"`) : false;
  };
}
