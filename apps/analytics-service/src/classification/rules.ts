/**
 * The first set of rules by which a click is told to be a person's or a machine's. Stored with every click: raise it
 * whenever a rule, a weight or a list changes, so that old classes can be told apart and judged again.
 */
export const RULES_VERSION = 1;

/** A score from here on is a machine's. */
export const MACHINE_SCORE = 50;
/** A score from here on is suspected; below is human. */
export const SUSPECTED_SCORE = 25;

/**
 * What each sign in the request's headers adds to the score. Signs that need network tables or other clicks are
 * not among them.
 */
export const WEIGHTS = {
  no_accept_language: 25,
  accept_without_html: 20,
  modern_agent_without_sec_fetch: 30,
  chromium_without_client_hints: 10,
  client_hint_platform_differs: 30,
  old_browser: 20,
  link_minted_3s_ago: 40,
  link_minted_60s_ago: 15,
} as const;

export type Sign = keyof typeof WEIGHTS;

/** Majors behind the current one from which a browser counts as old. */
export const OLD_BROWSER_MAJORS = 40;
