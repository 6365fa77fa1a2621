/** What a user agent says of its browser, as far as the header rules need it. */
export interface BrowserClaim {
  family: 'chromium' | 'firefox' | 'safari';
  major: number;
  /** The platform as `Sec-CH-UA-Platform` would name it. */
  platform?: 'Windows' | 'macOS' | 'Linux' | 'Android' | 'iOS' | 'Chrome OS';
}

const CACHE_SIZE = 5_000;
const cache = new Map<string, BrowserClaim | undefined>();

/** Reads Chromium, Firefox and Safari agents; undefined for any other. */
export function findBrowserClaim(userAgent: string): BrowserClaim | undefined {
  if (cache.has(userAgent)) return cache.get(userAgent);
  const claim = readClaim(userAgent);
  if (cache.size >= CACHE_SIZE) cache.clear();
  cache.set(userAgent, claim);
  return claim;
}

function readClaim(userAgent: string): BrowserClaim | undefined {
  const chromium = /\bChrom(?:e|ium)\/(\d{1,4})\b/.exec(userAgent);
  const firefox = /\bFirefox\/(\d{1,4})\b/.exec(userAgent);
  const safari = /\bVersion\/(\d{1,4})[\d.]* (?:Mobile\/\w+ )?Safari\//.exec(userAgent);
  const found = chromium ?? firefox ?? safari;
  if (!found) return undefined;
  const family = chromium ? 'chromium' : firefox ? 'firefox' : 'safari';
  return { family, major: Number(found[1]), platform: readPlatform(userAgent) };
}

function readPlatform(userAgent: string): BrowserClaim['platform'] {
  if (userAgent.includes('Windows NT')) return 'Windows';
  if (userAgent.includes('Android')) return 'Android';
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'iOS';
  if (userAgent.includes('CrOS')) return 'Chrome OS';
  if (userAgent.includes('Mac OS X')) return 'macOS';
  if (userAgent.includes('Linux')) return 'Linux';
  return undefined;
}

const DAY_MS = 86_400_000;

/**
 * A major of each family with its release day; both release one every four weeks (chromiumdash.appspot.com/schedule,
 * whattrainisitnow.com). Safari's majors are years apart and are not judged by age.
 */
const RELEASES = {
  chromium: { major: 120, on: Date.UTC(2023, 11, 5), everyMs: 28 * DAY_MS },
  firefox: { major: 121, on: Date.UTC(2023, 11, 19), everyMs: 28 * DAY_MS },
} as const;

/** How many majors a browser lay behind the newest one at a moment; at least 0. */
export function countMajorsBehind({ family, major }: BrowserClaim, atMs: number): number {
  if (family === 'safari') return 0;
  const release = RELEASES[family];
  const newest = release.major + Math.floor((atMs - release.on) / release.everyMs);
  return Math.max(0, newest - major);
}

/** Whether browsers of this age send `Sec-Fetch-*` over HTTPS: Chromium since 76, Firefox since 90, Safari since 16.4. */
export function sendsSecFetch({ family, major }: BrowserClaim): boolean {
  return major >= { chromium: 80, firefox: 90, safari: 17 }[family];
}

/** Whether browsers of this age send `Sec-CH-UA` over HTTPS by default: Chromium since 89. */
export function sendsClientHints({ family, major, platform }: BrowserClaim): boolean {
  return family === 'chromium' && major >= 89 && platform !== 'iOS';
}
