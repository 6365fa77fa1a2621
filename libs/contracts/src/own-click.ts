/**
 * Cookie by which people's own clicks are known: analytics-service sets it, the gateway reads it. Its value is the id of
 * the user whose links the clicks are on, or {@link EVERY_OWNER}. It proves nothing and need not: all that who forges
 * it gains is that their own clicks count as the owner's.
 */
export const OWN_CLICK_COOKIE = 'footfall_own';

/** The clicks are on links of any user: where one person uses the whole installation. */
export const EVERY_OWNER = '*';
