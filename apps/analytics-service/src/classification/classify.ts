import { findMachineAgent } from './agents.js';
import {
  type BrowserClaim,
  countMajorsBehind,
  findBrowserClaim,
  sendsClientHints,
  sendsSecFetch,
} from './browser.js';
import { findNetwork } from './networks.js';
import { MACHINE_SCORE, OLD_BROWSER_MAJORS, type Sign, SUSPECTED_SCORE, scoreOf } from './rules.js';

/** What a click can be told to be when it arrives. */
export type ClickClass = 'human' | 'suspected' | 'machine' | 'self';

/**
 * What it can turn out to be beside other clicks: `duplicate` is a visitor's click repeated within seconds,
 * `inferred` a preflight of Office that no browser followed.
 */
export type SettledClass = ClickClass | 'duplicate' | 'inferred';

/** What is known of a hit when it is judged. */
export interface ClickFacts {
  answer: 'redirect' | 'preflight' | 'probe' | 'prefetch';
  clickedAtMs: number;
  linkCreatedAtMs?: number;
  /** Arrived over HTTPS: `Sec-Fetch-*` and client hints could have been sent. */
  secure: boolean;
  doNotTrack: boolean;
  /** By a cookie or an address the gateway knew the link's owner. */
  ownClick?: boolean;
  /** The gateway's judgement of a hit whose facts it had to drop. */
  classHint?: ClickClass;
  ip?: string;
  userAgent?: string;
  /** Undefined when they are not known (an outside redirector's click): then no rule on headers applies. */
  headers?: Readonly<Record<string, string>>;
}

export interface Verdict {
  class: ClickClass;
  /** 0 to 100. */
  score: number;
  reasons: readonly string[];
}

/**
 * Judges one hit by its own facts, first match wins: the owner's own hit, one that is no navigation, the gateway's hint, an agent
 * that names itself a machine, a fetch that is no navigation, else the sum of the signs in its headers, its network and its link's age. Pure.
 */
export function classify(facts: ClickFacts): Verdict {
  if (facts.ownClick) return { class: 'self', score: 0, reasons: ['own_click'] };
  if (facts.answer !== 'redirect') return machine(`answer:${facts.answer}`);
  if (facts.doNotTrack) return followHint(facts.classHint);
  const agentReason = findAgentReason(facts);
  if (agentReason) return machine(agentReason);
  const fetchReason = findFetchReason(facts.headers);
  if (fetchReason) return machine(fetchReason);
  return scoreSigns(facts);
}

function machine(reason: string): Verdict {
  return { class: 'machine', score: 100, reasons: [reason] };
}

function followHint(hint: ClickClass | undefined): Verdict {
  if (hint === 'machine') return machine('judged_at_gateway');
  if (hint === 'human') return { class: 'human', score: 0, reasons: ['judged_at_gateway'] };
  return { class: 'suspected', score: SUSPECTED_SCORE, reasons: [hint ? 'judged_at_gateway' : 'no_facts'] };
}

/** A browser always names itself, so silence is a sign; an outside redirector may merely not have passed it on. */
function findAgentReason({ userAgent, headers }: ClickFacts): string | undefined {
  if (userAgent !== undefined) return findMachineAgent(userAgent);
  return headers ? 'empty_agent' : undefined;
}

function findFetchReason(headers: ClickFacts['headers']): string | undefined {
  const dest = headers?.['sec-fetch-dest'];
  if (dest !== undefined && dest !== 'document') return 'fetch_dest_not_document';
  const mode = headers?.['sec-fetch-mode'];
  if (mode !== undefined && mode !== 'navigate') return 'fetch_mode_not_navigate';
  return undefined;
}

function scoreSigns(facts: ClickFacts): Verdict {
  const reasons = [...listHeaderSigns(facts), ...listAgeSigns(facts), ...listNetworkReasons(facts)];
  const score = scoreOf(reasons);
  return { class: toClass(score), score, reasons };
}

/** The class that a score stands for. */
export function toClass(score: number): ClickClass {
  if (score >= MACHINE_SCORE) return 'machine';
  return score >= SUSPECTED_SCORE ? 'suspected' : 'human';
}

function listHeaderSigns({ headers, userAgent, secure, clickedAtMs }: ClickFacts): Sign[] {
  const browser = findBrowserClaim(userAgent ?? '');
  const signs: Sign[] = [];
  if (browser && countMajorsBehind(browser, clickedAtMs) > OLD_BROWSER_MAJORS) signs.push('old_browser');
  if (!headers) return signs;
  if (!headers['accept-language']) signs.push('no_accept_language');
  if (!headers.accept?.includes('text/html')) signs.push('accept_without_html');
  if (browser) signs.push(...listBrowserSigns(browser, headers, secure));
  return signs;
}

function listBrowserSigns(
  browser: BrowserClaim,
  headers: Readonly<Record<string, string>>,
  secure: boolean,
): Sign[] {
  const signs: Sign[] = [];
  if (secure && sendsSecFetch(browser) && !headers['sec-fetch-mode'] && !headers['sec-fetch-site']) {
    signs.push('modern_agent_without_sec_fetch');
  }
  if (secure && sendsClientHints(browser) && !headers['sec-ch-ua'])
    signs.push('chromium_without_client_hints');
  const hinted = headers['sec-ch-ua-platform']?.replaceAll('"', '');
  if (hinted && browser.platform && hinted !== browser.platform && !isSamePlatform(hinted, browser)) {
    signs.push('client_hint_platform_differs');
  }
  return signs;
}

/** Chromium OS calls itself by two names in its hint. */
function isSamePlatform(hinted: string, { platform }: BrowserClaim): boolean {
  return platform === 'Chrome OS' && hinted === 'Chromium OS';
}

function listAgeSigns({ clickedAtMs, linkCreatedAtMs }: ClickFacts): Sign[] {
  if (linkCreatedAtMs === undefined) return [];
  const ageMs = clickedAtMs - linkCreatedAtMs;
  if (ageMs < 3_000) return ['link_minted_3s_ago'];
  return ageMs < 60_000 ? ['link_minted_60s_ago'] : [];
}

/** Behind neutral networks machines and people share addresses: there a browser's own signs of a person count. */
function listNetworkReasons({ ip, headers }: ClickFacts): string[] {
  const network = ip === undefined ? undefined : findNetwork(ip);
  if (!network) return [];
  if (network.kind !== 'neutral') return [`${network.kind}_network:${network.name}`];
  const reasons: string[] = [];
  if (headers?.['sec-fetch-user'] === '?1') reasons.push(`neutral_network_user_gesture:${network.name}`);
  if (headers?.['sec-fetch-mode'] === 'navigate') reasons.push(`neutral_network_navigation:${network.name}`);
  return reasons;
}
