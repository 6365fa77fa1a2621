import { isbot } from 'isbot';

/**
 * Agents that fetch links on somebody's behalf and say so, by a part of their user agent in lower case. They come
 * before isbot because the name is a better reason than "isbot", and because isbot misses some of them.
 */
const ANNOUNCED: readonly (readonly [part: string, reason: string])[] = [
  ['slackbot', 'unfurler:slack'],
  ['slack-imgproxy', 'unfurler:slack'],
  ['discordbot', 'unfurler:discord'],
  ['telegrambot', 'unfurler:telegram'],
  ['whatsapp/', 'unfurler:whatsapp'],
  ['skypeuripreview', 'unfurler:teams'],
  ['microsoftpreview', 'unfurler:microsoft'],
  ['bingpreview', 'unfurler:bing'],
  ['linkedinbot', 'unfurler:linkedin'],
  ['facebookexternalhit', 'unfurler:facebook'],
  ['facebookcatalog', 'unfurler:facebook'],
  ['twitterbot', 'unfurler:twitter'],
  ['googleimageproxy', 'unfurler:gmail'],
  ['google-pagerenderer', 'unfurler:google'],
  ['yahoomailproxy', 'unfurler:yahoo'],
  ['iframely', 'unfurler:iframely'],
  ['embedly', 'unfurler:embedly'],
  ['redditbot', 'unfurler:reddit'],
  ['barracuda', 'scanner:barracuda'],
  ['proofpoint', 'scanner:proofpoint'],
  ['mimecast', 'scanner:mimecast'],
  ['ironport', 'scanner:ironport'],
  ['trendmicro', 'scanner:trend'],
  ['trend micro', 'scanner:trend'],
  ['symantec', 'scanner:symantec'],
  ['messagelabs', 'scanner:symantec'],
  ['fireeye', 'scanner:trellix'],
  ['forcepoint', 'scanner:forcepoint'],
  ['paloaltonetworks', 'scanner:paloalto'],
  ['palo alto networks', 'scanner:paloalto'],
  ['expanseinc', 'scanner:paloalto'],
  ['urlscan', 'scanner:urlscan'],
  ['virustotal', 'scanner:virustotal'],
];

/** Phones whose model reads like a crawler's name (CUBOT, General Mobile Discovery, Spider). */
const PHONE_MODELS = /\b(?:CUBOT|Discovery|Spider)\b/gi;
const ANDROID_PLATFORM = /^Mozilla\/5\.0 \([^)]*\bAndroid\b[^)]*\)/;

const CACHE_SIZE = 5_000;
const cache = new Map<string, string | undefined>();

/** Why an agent is a machine's, or undefined when its name does not say so. Remembers the agents seen of late. */
export function findMachineAgent(userAgent: string): string | undefined {
  if (cache.has(userAgent)) return cache.get(userAgent);
  const reason = judgeAgent(userAgent);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(userAgent, reason);
  return reason;
}

function judgeAgent(userAgent: string): string | undefined {
  if (userAgent.trim() === '') return 'empty_agent';
  const lower = userAgent.toLowerCase();
  for (const [part, reason] of ANNOUNCED) {
    if (lower.includes(part)) return reason;
  }
  const withoutModels = userAgent.replace(ANDROID_PLATFORM, (platform) =>
    platform.replace(PHONE_MODELS, 'X'),
  );
  return isbot(withoutModels) ? 'isbot' : undefined;
}
