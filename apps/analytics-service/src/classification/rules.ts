/**
 * The set of rules by which a click is told to be a person's or a machine's. Stored with every click: raise it whenever
 * a rule, a weight or a list changes, so that old classes can be told apart and judged again.
 */
export const RULES_VERSION = 3;

/** A score from here on is a machine's. */
export const MACHINE_SCORE = 50;
/** A score from here on is suspected; below is human. */
export const SUSPECTED_SCORE = 25;

/** What each sign adds to the score. A reason is a sign's name, alone or with a detail: `scanner_network:proofpoint`. */
export const WEIGHTS = {
  no_accept_language: 25,
  accept_without_html: 20,
  modern_agent_without_sec_fetch: 30,
  chromium_without_client_hints: 10,
  client_hint_platform_differs: 30,
  old_browser: 20,
  link_minted_3s_ago: 40,
  link_minted_60s_ago: 15,
  scanner_network: 60,
  hosting_network: 25,
  microsoft_network: 40,
  /** On neutral networks only, where machines and people share addresses: what hardly any machine sends. */
  neutral_network_user_gesture: -25,
  neutral_network_navigation: -10,
  /** Signs that show only beside other clicks, some seconds later. */
  burst: 60,
  flagged_network: 40,
  office_preflight_before: -40,
} as const;

export type Sign = keyof typeof WEIGHTS;

/** Signs added when a click has settled; they never stand at arrival. */
export const SETTLING_SIGNS: readonly Sign[] = ['burst', 'flagged_network', 'office_preflight_before'];

/** A visitor's click on a link that they clicked less than so long before counts no second time, ms. */
export const DUPLICATE_WITHIN_MS = 10_000;

/** So many different links of one document, from one network, within so long (ms) are no reader's clicks. */
export const BURSTS: readonly { links: number | 'all'; withinMs: number }[] = [
  { links: 2, withinMs: 1_000 },
  { links: 3, withinMs: 5_000 },
  { links: 'all', withinMs: 10_000 },
];

/** A network with a burst stays flagged so long. */
export const FLAGGED_MINUTES = 15;
/** A click so long after Office's own request from the same network belongs to it; without one the open is inferred. */
export const PREFLIGHT_SECONDS = 120;

/** Majors behind the current one from which a browser counts as old. */
export const OLD_BROWSER_MAJORS = 40;

/** The sign that a reason speaks of; undefined for a reason that settles the class by itself, such as `isbot`. */
export function findSign(reason: string): Sign | undefined {
  const name = reason.split(':', 1)[0] ?? '';
  return Object.hasOwn(WEIGHTS, name) ? (name as Sign) : undefined;
}

/** The sum of the signs among the reasons, 0 to 100. */
export function scoreOf(reasons: readonly string[]): number {
  const sum = reasons.reduce((total, reason) => {
    const sign = findSign(reason);
    return sign ? total + WEIGHTS[sign] : total;
  }, 0);
  return Math.max(0, Math.min(100, sum));
}
