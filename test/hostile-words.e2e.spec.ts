import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { request } from 'undici';
import { eventually } from '#testing';
import { clickAs } from './dashboard-data.js';
import { Dashboard } from './dashboard-system.js';
import { BROWSER } from './main-job.js';
import type { OpenApi } from './openapi-requests.js';

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await Dashboard.start();
}, 180_000);
afterAll(async () => {
  await dashboard?.stop();
}, 60_000);

/** Runs wherever text is taken for markup, for a script or for an address; each leaves the same trace. */
const TRACE = 'top.hasRun=1';
const WORDS = [
  `<script>${TRACE}</script>`,
  `"><img src=x onerror="${TRACE}">`,
  `'><svg onload="${TRACE}">`,
  `</title></textarea></style><iframe srcdoc="<script>${TRACE}</script>">`,
  `javascript:${TRACE}`,
  `{{constructor.constructor("${TRACE}")()}}`,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as text, it must stay one
  '${top.hasRun=1}',
  `<a href="javascript:${TRACE}" autofocus onfocus="${TRACE}">x</a>`,
];

const JSON_HEADERS = { 'content-type': 'application/json' };

async function put(method: string, path: string, body: unknown) {
  const answer = await fetch(dashboard.url + path, {
    method,
    headers: JSON_HEADERS,
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}

/** An application of which every text that a stranger or a careless user can set is `words`. */
async function describeHostilely(words: string): Promise<string> {
  const application_id = randomUUID();
  const url = `https://jordan-avery.example/?q=${encodeURIComponent(words)}#${words.replaceAll(/\s/g, '')}`;
  await put('POST', '/resume', {
    application_id,
    job_id: randomUUID(),
    personal: { full_name: words, calendly_url: url },
    target_position: words,
    company: words,
    job_board: words,
  });
  await put('PUT', `/api/applications/${application_id}`, { company: words, title: words, job_board: words });
  const link = await put('POST', '/api/link-tracking/create', {
    application_id,
    original_url: url,
    link_function: 'Portfolio',
    description: words,
  });
  await clickAs(`${BROWSER} ${words}`, link.redirect_url);
  await clickAs(words, link.redirect_url);
  await request(link.redirect_url, {
    headers: { 'user-agent': BROWSER, referer: `https://x.example/${words}`, 'accept-language': words },
  });
  await put('POST', '/api/link-tracking/record-click', {
    tracking_id: link.tracking_id,
    clicked_at: new Date().toISOString(),
    user_agent: words,
    referrer_url: words,
    metadata: { [words]: words },
  });
  return application_id;
}

async function watchForScripts(page: Page): Promise<unknown[]> {
  const violations: unknown[] = [];
  await page.exposeFunction('reportViolation', (violation: unknown) => violations.push(violation));
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => reportViolation([violatedDirective, blockedURI]))",
  );
  page.on('dialog', (dialog) => {
    violations.push(dialog.message());
    void dialog.dismiss();
  });
  return violations;
}

describe('words that would be scripts', () => {
  it('are shown as words on every page, whoever wrote them', async () => {
    const applications = await Promise.all(WORDS.map(describeHostilely));
    await put('PUT', '/api/candidates/default', { first_name: WORDS[0], last_name: WORDS[1] });
    await put('POST', '/api/webhooks', {
      url: `https://example.com/${encodeURIComponent(WORDS[1] ?? '')}`,
      types: ['application.opened'],
    });
    const { page, context, complaints } = await dashboard.open('/app/settings');
    const violations = await watchForScripts(page);
    const stored = () => fetch(`${dashboard.url}/api/clicks.csv`).then((answer) => answer.text());
    await eventually(async () =>
      expect((await stored()).split('\n').length).toBeGreaterThan(4 * WORDS.length),
    );
    const [words = ''] = WORDS;
    const odd = encodeURIComponent(words);
    const paths = [
      ...['/', '/app/applications', '/app/links', '/app/live', '/app/templates'],
      ...['', '?part=webhooks', '?part=privacy'].map((part) => `/app/settings${part}`),
      ...applications.slice(0, 3).map((id) => `/app/applications/${id}`),
      ...[`/app/applications/${odd}`, `/app/documents?application=${odd}#${odd}`],
    ];
    for (const path of paths) {
      await page.goto(dashboard.url + path);
      await page.getByRole('main').waitFor();
      await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
      const found = await page.evaluate(
        "[window.hasRun, [...document.querySelectorAll('a[href]')].filter(({ protocol }) => !/^https?:$/.test(protocol)).length, document.querySelectorAll('iframe, img[onerror], svg[onload], script:not([src])').length]",
      );
      expect({ path, found, violations }).toEqual({ path, found: [undefined, 0, 0], violations: [] });
    }
    await page.goto(`${dashboard.url}/app/applications/${applications[0]}`);
    await page.getByText(words).first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 120_000);

  it('start no formula in any table that is exported', async () => {
    const formulas = ['=HYPERLINK("https://evil.example","x")', '+1+1', '-1+1', '@SUM(1)'];
    await Promise.all(formulas.map(describeHostilely));
    const { paths } = (await (await fetch(`${dashboard.url}/api/openapi.json`)).json()) as OpenApi;
    const tables = Object.keys(paths).filter((path) => path.endsWith('.csv'));
    expect(tables).toEqual(expect.arrayContaining(['/api/clicks.csv', '/api/applications.csv']));
    for (const path of tables) {
      const table = await (await fetch(`${dashboard.url}${path}?group_by=company`)).text();
      expect([path, table.match(/(^|,)"?[=+@\t-].*/gm)]).toEqual([path, null]);
    }
    await eventually(async () => {
      const clicks = await (await fetch(`${dashboard.url}/api/clicks.csv`)).text();
      expect(clicks).toContain("'=HYPERLINK");
    });
  }, 60_000);
});
