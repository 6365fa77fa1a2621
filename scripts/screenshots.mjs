/**
 * `npm run screenshots [-- FOLDER]`: a picture of every page of the dashboard, wide and narrow, light and dark, of a
 * Footfall of its own that holds a few sample applications. Default folder: ./screenshots.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { freePort } from '../dist/libs/platform/src/index.js';
import { openBrowser } from '../test/browser.ts';
import { newDataDir, startSystem } from '../test/running-system.ts';
import { makeSampleData } from './screenshots/sample-data.mjs';

const folder = resolve(process.argv[2] ?? 'screenshots');
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 740 } };
const SCHEMES = ['light', 'dark'];
/** What a page shows once it is there. */
const PAGES = {
  overview: { path: '/', shows: 'Companies' },
  'first-run': { path: '/app/start', shows: 'Next' },
  applications: { path: '/app/applications', shows: 'Tech Corp' },
  application: { path: '/app/applications/app-1', shows: 'Safari on macOS' },
  links: { path: '/app/links', shows: 'Calendly' },
  live: { path: '/app/live', shows: 'Live' },
  documents: { path: '/app/documents', shows: 'Job title' },
  templates: { path: '/app/templates', shows: 'classic' },
  'settings-profile': { path: '/app/settings', shows: 'First name' },
  'settings-notifications': { path: '/app/settings?part=webhooks', shows: 'hooks.example.com' },
  'settings-keys': { path: '/app/settings?part=keys', shows: 'What was done' },
  'settings-privacy': { path: '/app/settings?part=privacy', shows: 'Erase' },
  'settings-browser': { path: '/app/settings?part=browser', shows: 'Your own clicks' },
  'not-found': { path: '/app/nothing', shows: 'There is no such page' },
};

const port = await freePort();
const dataDir = newDataDir();
const system = await startSystem({
  script: 'dist/apps/standalone/src/main.js',
  readyLine: /ready on http/,
  env: { PORT: String(port), GRPC_PORT: String(await freePort()), DATA_DIR: dataDir, LOG_LEVEL: 'error' },
  url: `http://localhost:${port}`,
  timeoutMs: 60_000,
});
try {
  await makeSampleData(system.url);
  mkdirSync(folder, { recursive: true });
  const browser = await openBrowser();
  for (const [size, viewport] of Object.entries(SIZES)) {
    for (const colorScheme of SCHEMES) await picture(browser, { size, viewport, colorScheme });
  }
  await browser.close();
  console.log(`pictures in ${folder}`);
} finally {
  await system.stop();
  rmSync(dirname(dataDir), { recursive: true, force: true });
}

async function picture(browser, { size, viewport, colorScheme }) {
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  for (const [name, { path, shows }] of Object.entries(PAGES)) {
    await page.goto(system.url + path);
    await page.getByText(shows).first().waitFor();
    await page.waitForLoadState('load');
    await page.waitForSelector('[aria-label=Loading]', { state: 'detached' });
    await page.evaluate(loadPictures);
    await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`), fullPage: true });
  }
  await context.close();
}

/** Also those below the window, which would wait until somebody scrolls there. */
function loadPictures() {
  for (const image of document.images) image.loading = 'eager';
  return Promise.all([...document.images].map((image) => image.decode()));
}
