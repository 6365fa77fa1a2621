import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CHROME } from '../../test/sample-events.js';
import { type ClickFacts, classify, toClass } from './classify.js';
import { MACHINE_SCORE, SUSPECTED_SCORE } from './rules.js';

const NOW = Date.UTC(2025, 10, 20);
const BROWSER_HEADERS = {
  accept: 'text/html,application/xhtml+xml',
  'accept-language': 'en',
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
  'sec-ch-ua': '"Chromium";v="142"',
  'sec-ch-ua-platform': '"Windows"',
};

function judge(overrides: Partial<ClickFacts> = {}) {
  return classify({
    answer: 'redirect',
    clickedAtMs: NOW,
    linkCreatedAtMs: NOW - 86_400_000,
    secure: true,
    doNotTrack: false,
    userAgent: CHROME,
    headers: BROWSER_HEADERS,
    ...overrides,
  });
}

describe('classify', () => {
  it('takes a browser with a browser’s headers for a person', () => {
    expect(judge()).toEqual({ class: 'human', score: 0, reasons: [] });
  });

  it.each(['preflight', 'probe', 'prefetch'] as const)(
    'takes a %s for a machine, whoever sent it',
    (answer) => {
      expect(judge({ answer })).toEqual({ class: 'machine', score: 100, reasons: [`answer:${answer}`] });
    },
  );

  it.each([
    ['', 'empty_agent'],
    ['   ', 'empty_agent'],
    ['Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)', 'unfurler:slack'],
    ['WhatsApp/2.23.20.0', 'unfurler:whatsapp'],
    ['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 'isbot'],
    ['curl/8.5.0', 'isbot'],
    ['python-requests/2.32.0', 'isbot'],
    ['Mozilla/5.0 (compatible; Barracuda Sentinel (EE))', 'scanner:barracuda'],
    [
      'Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
      'isbot',
    ],
  ])('takes the agent "%s" for a machine because of %s', (userAgent, reason) => {
    expect(judge({ userAgent })).toEqual({ class: 'machine', score: 100, reasons: [reason] });
  });

  it.each(['CUBOT X30', 'CUBOT_NOTE 20', 'Discovery II Mini', 'Spider X5'])(
    'does not take the phone %s for a crawler',
    (model) => {
      const userAgent = `Mozilla/5.0 (Linux; Android 13; ${model}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36`;
      const headers = { ...BROWSER_HEADERS, 'sec-ch-ua-platform': '"Android"' };
      expect(judge({ userAgent, headers }).class).toBe('human');
    },
  );

  it('takes a fetch that is no navigation for a machine', () => {
    expect(judge({ headers: { ...BROWSER_HEADERS, 'sec-fetch-dest': 'image' } }).reasons).toEqual([
      'fetch_dest_not_document',
    ]);
    expect(judge({ headers: { ...BROWSER_HEADERS, 'sec-fetch-mode': 'no-cors' } }).reasons).toEqual([
      'fetch_mode_not_navigate',
    ]);
  });

  it('adds up signs: one is suspect, two are a machine', () => {
    const { 'accept-language': _, ...silent } = BROWSER_HEADERS;
    expect(judge({ headers: silent })).toEqual({
      class: 'suspected',
      score: 25,
      reasons: ['no_accept_language'],
    });
    expect(judge({ headers: { accept: '*/*', 'sec-fetch-site': 'none', 'sec-ch-ua': 'x' } })).toEqual({
      class: 'suspected',
      score: 45,
      reasons: ['no_accept_language', 'accept_without_html'],
    });
    expect(judge({ headers: {} })).toMatchObject({ class: 'machine', score: 85 });
  });

  it('expects Sec-Fetch and client hints over HTTPS only', () => {
    const headers = { accept: 'text/html', 'accept-language': 'en' };
    expect(judge({ headers, secure: true }).reasons).toEqual([
      'modern_agent_without_sec_fetch',
      'chromium_without_client_hints',
    ]);
    expect(judge({ headers, secure: false })).toEqual({ class: 'human', score: 0, reasons: [] });
  });

  it('notices a client hint that names another platform', () => {
    const headers = { ...BROWSER_HEADERS, 'sec-ch-ua-platform': '"Linux"' };
    expect(judge({ headers }).reasons).toEqual(['client_hint_platform_differs']);
  });

  it('notices a browser more than forty majors old, by the day of the click', () => {
    const old = CHROME.replace('Chrome/142', 'Chrome/100');
    expect(judge({ userAgent: old }).reasons).toEqual(['old_browser']);
    expect(judge({ userAgent: old, clickedAtMs: Date.UTC(2022, 5, 1), linkCreatedAtMs: 0 }).reasons).toEqual(
      [],
    );
  });

  it.each([
    [2_999, ['link_minted_3s_ago']],
    [59_999, ['link_minted_60s_ago']],
    [60_000, []],
  ])('weighs a link minted %i ms before', (ageMs, reasons) => {
    expect(judge({ linkCreatedAtMs: NOW - ageMs }).reasons).toEqual(reasons);
  });

  it('follows the gateway where a visitor asked not to be tracked, and guesses nothing without it', () => {
    const hidden = { doNotTrack: true, userAgent: undefined, headers: undefined };
    expect(judge({ ...hidden, classHint: 'human' }).class).toBe('human');
    expect(judge({ ...hidden, classHint: 'machine' }).class).toBe('machine');
    expect(judge(hidden)).toMatchObject({ class: 'suspected', reasons: ['no_facts'] });
  });

  it('holds no missing header or agent against a click that somebody else reported', () => {
    expect(judge({ headers: undefined, userAgent: undefined, linkCreatedAtMs: undefined }).class).toBe(
      'human',
    );
    expect(judge({ headers: undefined, userAgent: 'curl/8.5.0' }).class).toBe('machine');
  });

  it('answers every input with a class that follows from its score and with plain reasons', () => {
    fc.assert(
      fc.property(anyFacts(), (facts) => {
        const verdict = classify(facts);
        expect(verdict.score).toBeGreaterThanOrEqual(0);
        expect(verdict.score).toBeLessThanOrEqual(100);
        expect(verdict.class).toBe(facts.ownClick ? 'self' : toClass(verdict.score));
        for (const reason of verdict.reasons) expect(reason).toMatch(/^[a-z0-9_:-]+$/);
        if (verdict.class !== 'human') expect(verdict.reasons.length).toBeGreaterThan(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it('calls 50 a machine and 25 suspected', () => {
    expect([toClass(SUSPECTED_SCORE - 1), toClass(SUSPECTED_SCORE), toClass(MACHINE_SCORE)]).toEqual([
      'human',
      'suspected',
      'machine',
    ]);
  });
});

function anyFacts(): fc.Arbitrary<ClickFacts> {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  return fc.record(
    {
      answer: fc.constantFrom('redirect', 'redirect', 'probe'),
      clickedAtMs: fc.integer({ min: 0, max: 4e12 }),
      linkCreatedAtMs: fc.integer({ min: 0, max: 4e12 }),
      secure: fc.boolean(),
      doNotTrack: fc.boolean(),
      ownClick: fc.boolean(),
      classHint: fc.constantFrom('human', 'machine', 'suspected'),
      userAgent: fc.oneof(
        text,
        fc.constant(CHROME),
        fc.integer().map((major) => `Mozilla/5.0 Firefox/${major}`),
      ),
      headers: fc.dictionary(fc.constantFrom(...Object.keys(BROWSER_HEADERS)), text),
    },
    { requiredKeys: ['answer', 'clickedAtMs', 'secure', 'doNotTrack'] },
  ) as fc.Arbitrary<ClickFacts>;
}
