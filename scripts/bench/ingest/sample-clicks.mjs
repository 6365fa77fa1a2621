import { v7 as uuidv7 } from 'uuid';

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)',
];
const REFERRERS = [
  undefined,
  undefined,
  undefined,
  'https://mail.google.com/',
  'https://www.linkedin.com/feed/',
];
const FUNCTIONS = ['Calendly', 'LinkedIn', 'Portfolio'];
const LINKS = 2_000;
const VISITORS = 20_000;

/**
 * Clicks as gateways publish them: 2,000 links of 667 applications, 20,000 visitors of whom each reads one application
 * and clicks its three links about once each in a round of 80,000, two sevenths of them machines.
 */
export function makeClicks(count) {
  const now = Date.now();
  return Array.from({ length: count }, (_, i) => makeClick(now - (count - i)));
}

function makeClick(atMs) {
  const visitor = Math.floor(Math.random() * VISITORS);
  const application = visitor % Math.ceil(LINKS / FUNCTIONS.length);
  const link = application * FUNCTIONS.length + Math.floor(Math.random() * FUNCTIONS.length);
  return {
    event_id: uuidv7({ msecs: atMs }),
    occurred_at: new Date(atMs).toISOString(),
    request_id: `req-${atMs}`,
    tracking_id: `lt_${FUNCTIONS[link % 3].toLowerCase()}_${String(link).padStart(16, '0')}`,
    user_id: `user-${application % 50}`,
    job_id: `job-${application}`,
    application_id: `app-${application}`,
    link_function: FUNCTIONS[link % 3],
    link_created_at: '2026-01-01T00:00:00.000Z',
    answer: 'redirect',
    method: 'GET',
    secure: true,
    do_not_track: false,
    ip: `10.${visitor >> 14}.${(visitor >> 7) & 127}.${visitor & 127}`,
    user_agent: AGENTS[visitor % AGENTS.length],
    referrer: REFERRERS[visitor % REFERRERS.length],
    headers: {
      accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
      'accept-language': 'en-US,en;q=0.9',
      'sec-fetch-site': 'none',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      'sec-fetch-user': '?1',
      'sec-ch-ua': '"Chromium";v="142", "Not_A Brand";v="24"',
    },
  };
}
