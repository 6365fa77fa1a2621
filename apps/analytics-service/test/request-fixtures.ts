import type { ClickRecorded } from '#contracts';
import type { SettledClass } from '../src/classification/classify.js';

/** A request as it reaches a tracked link, what it is told to be, and why. */
export interface RequestFixture {
  what: string;
  event: Partial<ClickRecorded>;
  class: SettledClass;
  score: number;
  reasons: readonly string[];
  source?: string;
  why: string;
}

/** The day on which all of them arrive. */
export const FIXTURE_DAY = '2025-11-20T12:00:00.000Z';

const CHROME_WINDOWS =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const EDGE = `${CHROME_WINDOWS} Edg/142.0.0.0`;
const CHROME_ANDROID =
  'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
const SAFARI_MAC =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15';
const SAFARI_PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';

const PLAIN = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': 'en-CA,en;q=0.9' };
const NAVIGATION = {
  ...PLAIN,
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-fetch-user': '?1',
};
const CHROMIUM = {
  ...NAVIGATION,
  'sec-ch-ua': '"Chromium";v="142", "Not_A Brand";v="99"',
  'sec-ch-ua-platform': '"Windows"',
};
const without = (headers: Record<string, string>, ...names: string[]) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));

const PROOFPOINT = '67.231.152.10';
const MIMECAST = '170.10.128.10';
const AMAZON = '52.95.110.10';
const MICROSOFT = '40.94.31.7';
const CLOUDFLARE = '104.28.30.1';

export const REQUEST_FIXTURES: readonly RequestFixture[] = [
  // The owner
  {
    what: 'The link’s owner, by their cookie',
    event: { own_click: true, user_agent: CHROME_WINDOWS, headers: CHROMIUM },
    class: 'self',
    score: 0,
    reasons: ['own_click'],
    why: 'trying one’s own link is no interest',
  },
  {
    what: 'The owner, asking not to be tracked',
    event: { own_click: true, do_not_track: true, class_hint: 'human' },
    class: 'self',
    score: 0,
    reasons: ['own_click'],
    why: 'the gateway passes on nothing else',
  },
  {
    what: 'The owner’s Word, from one of their addresses',
    event: { own_click: true, answer: 'preflight', user_agent: 'Microsoft Office Word 2014 (16.0.17328)' },
    class: 'self',
    score: 0,
    reasons: ['own_click'],
    why: 'nobody else has opened the document',
  },
  // People
  {
    what: 'Chrome on Windows, over HTTPS',
    event: { user_agent: CHROME_WINDOWS, headers: CHROMIUM },
    class: 'human',
    score: 0,
    reasons: [],
    source: 'document-or-app',
    why: 'every header a browser sends when it opens a link',
  },
  {
    what: 'Edge on Windows',
    event: { user_agent: EDGE, headers: CHROMIUM },
    class: 'human',
    score: 0,
    reasons: [],
    why: 'a Chromium browser like any other',
  },
  {
    what: 'Chrome on Android',
    event: { user_agent: CHROME_ANDROID, headers: { ...CHROMIUM, 'sec-ch-ua-platform': '"Android"' } },
    class: 'human',
    score: 0,
    reasons: [],
    why: 'its hint names its own platform',
  },
  {
    what: 'Firefox on Linux',
    event: { user_agent: FIREFOX, headers: NAVIGATION },
    class: 'human',
    score: 0,
    reasons: [],
    why: 'Firefox sends no client hints, and none are missed',
  },
  {
    what: 'Safari on a Mac',
    event: { user_agent: SAFARI_MAC, headers: without(NAVIGATION, 'sec-fetch-user') },
    class: 'human',
    score: 0,
    reasons: [],
    why: 'Safari sends no Sec-Fetch-User',
  },
  {
    what: 'Safari on a phone, over HTTP',
    event: { secure: false, user_agent: SAFARI_PHONE, headers: PLAIN },
    class: 'human',
    score: 0,
    reasons: [],
    why: 'over HTTP no browser sends Sec-Fetch',
  },
  {
    what: 'Chrome over HTTP',
    event: { secure: false, user_agent: CHROME_WINDOWS, headers: PLAIN },
    class: 'human',
    score: 0,
    reasons: [],
    why: 'nor client hints',
  },
  {
    what: 'A link in Gmail',
    event: {
      user_agent: CHROME_WINDOWS,
      referrer: 'https://mail.google.com/',
      headers: { ...CHROMIUM, 'sec-fetch-site': 'cross-site' },
    },
    class: 'human',
    score: 0,
    reasons: [],
    source: 'email',
    why: 'the referrer says where from, nothing about who',
  },
  {
    what: 'A Safe Links page in Outlook that a person clicked through',
    event: {
      user_agent: EDGE,
      referrer: 'https://eur02.safelinks.protection.outlook.com/',
      headers: { ...CHROMIUM, 'sec-fetch-site': 'cross-site' },
    },
    class: 'human',
    score: 0,
    reasons: [],
    source: 'email',
    why: 'the gateway passes people on with their own browser',
  },
  {
    what: 'A resume open in Greenhouse',
    event: {
      user_agent: CHROME_WINDOWS,
      referrer: 'https://boards.greenhouse.io/',
      headers: { ...CHROMIUM, 'sec-fetch-site': 'cross-site' },
    },
    class: 'human',
    score: 0,
    reasons: [],
    source: 'ats',
    why: 'a recruiter in an applicant tracking system',
  },
  {
    what: 'A web viewer that hides itself',
    event: { user_agent: CHROME_WINDOWS, headers: { ...CHROMIUM, 'sec-fetch-site': 'cross-site' } },
    class: 'human',
    score: 0,
    reasons: [],
    source: 'web-hidden',
    why: 'pdf.js opens links without a referrer',
  },
  {
    what: 'LinkedIn’s in-app browser',
    event: {
      user_agent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 LinkedInApp/9.31',
      headers: PLAIN,
    },
    class: 'human',
    score: 0,
    reasons: [],
    source: 'linkedin',
    why: 'the app names itself; it claims no browser version to hold it to',
  },
  {
    what: 'A CUBOT phone',
    event: {
      user_agent: CHROME_ANDROID.replace('Android 10; K', 'Android 13; CUBOT X30'),
      headers: { ...CHROMIUM, 'sec-ch-ua-platform': '"Android"' },
    },
    class: 'human',
    score: 0,
    reasons: [],
    why: 'a phone’s name, not a robot’s',
  },
  {
    what: 'Chromium OS',
    event: {
      user_agent: CHROME_WINDOWS.replace('Windows NT 10.0; Win64; x64', 'X11; CrOS x86_64 14541.0.0'),
      headers: { ...CHROMIUM, 'sec-ch-ua-platform': '"Chromium OS"' },
    },
    class: 'human',
    score: 0,
    reasons: [],
    why: 'Chrome OS goes by two names',
  },
  {
    what: 'A browser behind Cloudflare’s relay',
    event: { ip: CLOUDFLARE, user_agent: CHROME_WINDOWS, headers: CHROMIUM },
    class: 'human',
    score: 0,
    reasons: ['neutral_network_user_gesture:cloudflare', 'neutral_network_navigation:cloudflare'],
    why: 'people stand behind relays; what a person’s browser sends counts for it',
  },
  {
    what: 'The same without a language',
    event: { ip: CLOUDFLARE, user_agent: CHROME_WINDOWS, headers: without(CHROMIUM, 'accept-language') },
    class: 'human',
    score: 0,
    reasons: [
      'no_accept_language',
      'neutral_network_user_gesture:cloudflare',
      'neutral_network_navigation:cloudflare',
    ],
    why: '25 − 25 − 10: a proxy may strip headers',
  },
  {
    what: 'A click half a minute after its link was minted',
    event: { link_created_at: '2025-11-20T11:59:30.000Z', user_agent: CHROME_WINDOWS, headers: CHROMIUM },
    class: 'human',
    score: 15,
    reasons: ['link_minted_60s_ago'],
    why: 'most likely the candidate; too little to suspect',
  },
  {
    what: 'Chromium without client hints',
    event: { user_agent: CHROME_WINDOWS, headers: NAVIGATION },
    class: 'human',
    score: 10,
    reasons: ['chromium_without_client_hints'],
    why: 'one weak sign',
  },
  {
    what: 'An old browser',
    event: { user_agent: CHROME_WINDOWS.replace('142', '100'), headers: CHROMIUM },
    class: 'human',
    score: 20,
    reasons: ['old_browser'],
    why: 'more than forty majors behind: seldom, but people have them',
  },
  {
    what: 'Do Not Track, a person by the headers',
    event: { do_not_track: true, class_hint: 'human', user_agent: undefined, headers: undefined },
    class: 'human',
    score: 0,
    reasons: ['judged_at_gateway'],
    source: 'unknown',
    why: 'judged before the facts were dropped',
  },
  // Suspected
  {
    what: 'No language',
    event: { user_agent: CHROME_WINDOWS, headers: without(CHROMIUM, 'accept-language') },
    class: 'suspected',
    score: 25,
    reasons: ['no_accept_language'],
    why: 'every browser sends one',
  },
  {
    what: 'A browser on Amazon’s network',
    event: { ip: AMAZON, user_agent: CHROME_WINDOWS, headers: CHROMIUM },
    class: 'suspected',
    score: 25,
    reasons: ['hosting_network:amazon'],
    why: 'a scanner or a person on a virtual desktop: not to be told apart',
  },
  {
    what: 'A browser on Microsoft’s network',
    event: { ip: MICROSOFT, user_agent: EDGE, headers: CHROMIUM },
    class: 'suspected',
    score: 40,
    reasons: ['microsoft_network:microsoft'],
    why: 'Safe Links scans from there; Windows 365 desktops live there',
  },
  {
    what: 'A click within three seconds of minting',
    event: { link_created_at: '2025-11-20T11:59:58.000Z', user_agent: CHROME_WINDOWS, headers: CHROMIUM },
    class: 'suspected',
    score: 40,
    reasons: ['link_minted_3s_ago'],
    why: 'nobody reads so fast',
  },
  {
    what: 'A modern agent without Sec-Fetch over HTTPS',
    event: { user_agent: FIREFOX, headers: PLAIN },
    class: 'suspected',
    score: 30,
    reasons: ['modern_agent_without_sec_fetch'],
    why: 'Firefox has sent it since version 90',
  },
  {
    what: 'A hint that names another platform',
    event: { user_agent: CHROME_WINDOWS, headers: { ...CHROMIUM, 'sec-ch-ua-platform': '"Linux"' } },
    class: 'suspected',
    score: 30,
    reasons: ['client_hint_platform_differs'],
    why: 'the agent says Windows: a headless browser with a borrowed name',
  },
  {
    what: 'Accepts anything, speaks nothing',
    event: {
      user_agent: CHROME_WINDOWS,
      headers: { ...without(CHROMIUM, 'accept-language'), accept: '*/*' },
    },
    class: 'suspected',
    score: 45,
    reasons: ['no_accept_language', 'accept_without_html'],
    why: 'navigations ask for HTML',
  },
  {
    what: 'Do Not Track without a hint',
    event: { do_not_track: true, user_agent: undefined, headers: undefined },
    class: 'suspected',
    score: 25,
    reasons: ['no_facts'],
    source: 'unknown',
    why: 'nothing to judge by is no proof of a person',
  },
  // Machines
  {
    what: 'Safe Links with a browser’s name',
    event: { ip: MICROSOFT, user_agent: CHROME_WINDOWS, headers: { accept: 'text/html' } },
    class: 'machine',
    score: 100,
    reasons: [
      'no_accept_language',
      'modern_agent_without_sec_fetch',
      'chromium_without_client_hints',
      'microsoft_network:microsoft',
    ],
    why: 'four signs together',
  },
  {
    what: 'Proofpoint with a perfect browser',
    event: { ip: PROOFPOINT, user_agent: CHROME_WINDOWS, headers: CHROMIUM },
    class: 'machine',
    score: 60,
    reasons: ['scanner_network:proofpoint'],
    why: 'nobody browses from a scanner’s network',
  },
  {
    what: 'Mimecast with a perfect browser',
    event: { ip: MIMECAST, user_agent: EDGE, headers: CHROMIUM },
    class: 'machine',
    score: 60,
    reasons: ['scanner_network:mimecast'],
    why: 'likewise',
  },
  {
    what: 'A headless browser on Amazon',
    event: { ip: AMAZON, user_agent: CHROME_WINDOWS, headers: without(CHROMIUM, 'accept-language') },
    class: 'machine',
    score: 50,
    reasons: ['no_accept_language', 'hosting_network:amazon'],
    why: 'a sign more than a virtual desktop shows',
  },
  {
    what: 'curl',
    event: { user_agent: 'curl/8.5.0', headers: { accept: '*/*' } },
    class: 'machine',
    score: 100,
    reasons: ['isbot'],
    why: 'it says so',
  },
  {
    what: 'No agent at all',
    event: { user_agent: undefined, headers: PLAIN },
    class: 'machine',
    score: 100,
    reasons: ['empty_agent'],
    why: 'every browser names itself',
  },
  {
    what: 'An empty agent',
    event: { user_agent: ' ', headers: PLAIN },
    class: 'machine',
    score: 100,
    reasons: ['empty_agent'],
    why: 'likewise',
  },
  {
    what: 'Slack unfurling',
    event: { user_agent: 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', headers: {} },
    class: 'machine',
    score: 100,
    reasons: ['unfurler:slack'],
    why: 'somebody pasted the link',
  },
  {
    what: 'Teams unfurling',
    event: { user_agent: 'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5', headers: {} },
    class: 'machine',
    score: 100,
    reasons: ['unfurler:teams'],
    why: 'likewise',
  },
  {
    what: 'WhatsApp unfurling',
    event: { user_agent: 'WhatsApp/2.24.1', headers: {} },
    class: 'machine',
    score: 100,
    reasons: ['unfurler:whatsapp'],
    why: 'likewise',
  },
  {
    what: 'LinkedIn’s robot',
    event: { user_agent: 'LinkedInBot/1.0 (compatible; Mozilla/5.0; +http://www.linkedin.com)', headers: {} },
    class: 'machine',
    score: 100,
    reasons: ['unfurler:linkedin'],
    why: 'likewise',
  },
  {
    what: 'Gmail’s image proxy',
    event: {
      user_agent: 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
      headers: {},
    },
    class: 'machine',
    score: 100,
    reasons: ['unfurler:gmail'],
    why: 'fetches for the mail, not for the reader',
  },
  {
    what: 'Barracuda by name',
    event: { user_agent: 'Mozilla/5.0 (compatible; Barracuda Sentinel (EE))', headers: PLAIN },
    class: 'machine',
    score: 100,
    reasons: ['scanner:barracuda'],
    why: 'a scanner that says so',
  },
  {
    what: 'A search robot',
    event: {
      user_agent: 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
      headers: PLAIN,
    },
    class: 'machine',
    score: 100,
    reasons: ['isbot'],
    why: 'it says so',
  },
  {
    what: 'A script with a browser’s name',
    event: {
      user_agent: CHROME_WINDOWS,
      headers: { ...CHROMIUM, 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' },
    },
    class: 'machine',
    score: 100,
    reasons: ['fetch_dest_not_document'],
    why: 'a page’s script, not a person’s click',
  },
  {
    what: 'The link as an image',
    event: {
      user_agent: CHROME_WINDOWS,
      headers: { ...CHROMIUM, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' },
    },
    class: 'machine',
    score: 100,
    reasons: ['fetch_dest_not_document'],
    why: 'embedded, not opened',
  },
  // Other hits
  {
    what: 'Word’s own request',
    event: {
      answer: 'preflight',
      method: 'HEAD',
      user_agent: 'Microsoft Office Word 2014 (16.0.17328)',
      headers: {},
    },
    class: 'machine',
    score: 100,
    reasons: ['answer:preflight'],
    source: 'document:word',
    why: 'Word asks before the browser does',
  },
  {
    what: 'HEAD',
    event: { answer: 'probe', method: 'HEAD', user_agent: CHROME_WINDOWS, headers: CHROMIUM },
    class: 'machine',
    score: 100,
    reasons: ['answer:probe'],
    why: 'nobody reads a HEAD',
  },
  {
    what: 'A prefetch',
    event: { answer: 'prefetch', user_agent: CHROME_WINDOWS, headers: CHROMIUM },
    class: 'machine',
    score: 100,
    reasons: ['answer:prefetch'],
    why: 'speculation; the real navigation comes again',
  },
];
