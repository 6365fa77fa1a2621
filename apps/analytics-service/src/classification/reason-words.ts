import type { Sign } from './rules.js';

const SIGNS: Readonly<Record<Sign, string>> = {
  no_accept_language: 'no language was asked for, as every browser does',
  accept_without_html: 'no web page was asked for, as every browser does',
  modern_agent_without_sec_fetch: 'headers are missing that this browser always sends',
  chromium_without_client_hints: 'client hints are missing that this browser sends',
  client_hint_platform_differs: 'it named two different systems',
  old_browser: 'the browser it named is years old',
  link_minted_3s_ago: 'the link was not three seconds old',
  link_minted_60s_ago: 'the link was not a minute old',
  scanner_network: 'it came from the network of a security scanner',
  hosting_network: 'it came from a hosting company',
  microsoft_network: 'it came from Microsoft’s network, where mail is scanned and desktops run',
  neutral_network_user_gesture: 'somebody pressed the link, behind a proxy that people share',
  neutral_network_navigation: 'a browser opened it, behind a proxy that people share',
  burst: 'several links of the document were opened within seconds, faster than by hand',
  flagged_network: 'its network had opened several links within seconds shortly before',
  office_preflight_before: 'Word had the document open on that network just before',
};

const OTHERS: Readonly<Record<string, string>> = {
  isbot: 'its name is that of a robot',
  unfurler: 'it makes previews of links',
  scanner: 'it calls itself a security scanner',
  empty_agent: 'it gave no name, as every browser does',
  fetch_dest_not_document: 'it was not loaded as a page',
  fetch_mode_not_navigate: 'nobody followed a link to it',
  judged_at_gateway: 'the visitor asked not to be tracked: only the verdict was kept',
  no_facts: 'the visitor asked not to be tracked: nothing was kept to judge by',
  own_click: 'it was the candidate',
  booked: 'a meeting was booked through it',
  repeated: 'the same visitor had clicked the same link seconds before',
  no_browser_followed: 'Word asked for the link, and no browser followed',
  reported: 'it was reported by another system',
  'answer:preflight': 'Word or another editor asked for the link before opening it',
  'answer:probe': 'it only asked whether the link exists',
  'answer:prefetch': 'a browser loaded it ahead, just in case',
};

/** A reason in words for a person, with its detail in brackets; the reason itself when it has no words yet. */
export function explainReason(reason: string): string {
  const whole = find(OTHERS, reason);
  if (whole) return whole;
  const [name = '', detail] = reason.split(':');
  const words = find(SIGNS, name) ?? find(OTHERS, name);
  if (!words) return reason;
  return detail ? `${words} (${detail})` : words;
}

function find(words: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined;
}
