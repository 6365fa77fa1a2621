/**
 * How long a person waits for a page of the dashboard with BENCH_CLICKS clicks (10,000,000) in the database, beside a
 * system with one: in real Chromium, with nothing cached, from the navigation until the page shows what it is about.
 * Median of BENCH_VISITS (5). Everything runs on one machine: Footfall, its database and the browser.
 */
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import pg from 'pg';
import { openBrowser } from '../../test/browser.ts';
import { newDataDir, startSystem } from '../../test/running-system.ts';
import { startBenchDatabase } from './answers/bench-database.mjs';
import { openAnswers, VIRAL } from './answers/open-answers.mjs';

const CLICKS = Number(process.env.BENCH_CLICKS ?? 10_000_000);
const VISITS = Number(process.env.BENCH_VISITS ?? 5);

/** Each page, and what is there once it can be used. */
const PAGES = {
  overview: { path: '/', shows: ['.uplot canvas', 'text=Applications sent', 'text=Sources'] },
  applications: { path: '/app/applications', shows: ['a[href^="/app/applications/app-"]'] },
  application: { path: '/app/applications/app-0', shows: ['text=What happened', 'text=Switch off'] },
  links: { path: '/app/links', shows: ['text=Switch off'] },
  live: { path: '/app/live', shows: ['text=Waiting for clicks'] },
  documents: { path: '/app/documents', shows: ['text=Make the resume'] },
  templates: { path: '/app/templates', shows: ['text=Compact'] },
  settings: { path: '/app/settings', shows: ['label:has-text("First name")'] },
};

export async function run() {
  const server = await startBenchDatabase();
  const browser = await openBrowser();
  try {
    const empty = await measure(browser, server.url, 1);
    const full = await measure(browser, server.url, CLICKS);
    return Object.keys(PAGES).map((page) => ({
      bench: `dashboard, ${page}`,
      value: full[page],
      unit: 'ms',
      floor: empty[page],
      floor_name: `with 1 click, not ${CLICKS.toLocaleString('en')}`,
      ratio: full[page] / empty[page],
    }));
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function measure(browser, serverUrl, clicks) {
  const answers = await openAnswers(serverUrl, clicks);
  await answers.close();
  const { freePort } = await import('../../dist/libs/platform/src/index.js');
  const port = await freePort();
  const dataDir = newDataDir();
  const system = await startSystem({
    script: 'dist/apps/standalone/src/main.js',
    readyLine: /ready on http/,
    env: {
      PORT: String(port),
      GRPC_PORT: String(await freePort()),
      DATA_DIR: dataDir,
      DATABASE_URL: answers.url,
      LOG_LEVEL: 'error',
    },
    url: `http://localhost:${port}`,
    timeoutMs: 120_000,
  });
  try {
    await fillLinks(answers.url);
    const medians = {};
    for (const [name, page] of Object.entries(PAGES)) {
      const times = [];
      for (let visit = 0; visit < VISITS; visit++) times.push(await visitPage(browser, system.url, page));
      medians[name] = times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
      console.error(`  ${clicks.toLocaleString('en')} clicks: ${name} ${medians[name].toFixed(0)} ms`);
    }
    return medians;
  } finally {
    await system.stop();
    rmSync(dirname(dataDir), { recursive: true, force: true });
  }
}

/** In a browser that was never here. */
async function visitPage(browser, origin, { path, shows }) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const started = performance.now();
  await page.goto(origin + path, { waitUntil: 'commit' });
  await Promise.all(shows.map((what) => page.locator(what).first().waitFor()));
  await page.locator('[aria-label=Loading]').first().waitFor({ state: 'detached' });
  const took = performance.now() - started;
  await context.close();
  return took;
}

/** The links that the clicks are on, as link-service holds them. */
async function fillLinks(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`
    INSERT INTO links.link_tracking (tracking_id, user_id, job_id, application_id, link_function, link_type, original_url,
      redirect_url, created_at)
    SELECT tracking_id, user_id, job_id, application_id, link_function, link_type, original_url, redirect_url, created_at
    FROM analytics.links ORDER BY tracking_id = '${VIRAL}' ON CONFLICT DO NOTHING`);
  await client.end();
}
