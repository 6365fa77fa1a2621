import { createHash, randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findBarriers, NARROW, openBrowser, openPage, WIDE } from './browser.js';
import { clickAs, generateResume, makeDocx } from './dashboard-data.js';
import { BROWSER } from './main-job.js';
import { freePortRow, newDataDir, type RunningSystem, startSystem } from './running-system.js';

let system: RunningSystem;
let browser: Browser;

async function start(settings: NodeJS.ProcessEnv = {}): Promise<RunningSystem> {
  const port = await freePortRow([0, 1000]);
  return startSystem({
    script: 'dist/apps/standalone/src/main.js',
    readyLine: /ready on http/,
    env: { PORT: String(port), GRPC_PORT: String(port + 1000), DATA_DIR: newDataDir(), ...settings },
    url: `http://localhost:${port}`,
    timeoutMs: 60_000,
  });
}

beforeAll(async () => {
  [system, browser] = await Promise.all([start(), openBrowser()]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await system?.stop();
}, 60_000);

const PAGES = [
  '/',
  '/app/start',
  '/app/applications',
  '/app/links',
  '/app/live',
  '/app/documents',
  '/app/templates',
  '/app/settings',
  '/app/settings?part=webhooks',
  '/app/settings?part=privacy',
  '/app/settings?part=browser',
];
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

const openContext = (viewport = WIDE): Promise<BrowserContext> => browser.newContext({ viewport });

describe('the dashboard', () => {
  it('leads from an empty system to a first click that arrives before the eyes', async () => {
    const context = await openContext();
    const { page, complaints } = await openPage(context, system.url);
    await page.goto(system.url);
    await page.getByLabel('First name').fill('Jordan');
    await page.getByLabel('Last name').fill('Avery');
    await page.getByLabel('Calendly').fill('https://calendly.com/jordan-avery/30min');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByLabel('Job title').fill('Marketing Manager');
    await page.getByLabel('Company').fill('Tech Corp');
    await page.getByRole('button', { name: 'Make the resume' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download the resume' }).click();
    expect((await readFile(await (await download).path())).subarray(0, 2).toString()).toBe('PK');
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByRole('link', { name: 'Calendly' }).click();
    await page.getByText('There it is.').waitFor();
    await page.getByRole('link', { name: 'To the overview', exact: true }).click();
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 180_000);

  it('shows a click on its live page the moment it arrives', async () => {
    const { calendly } = await generateResume(system.url, { company: 'Harbour & Pine' });
    const context = await openContext();
    const { page, complaints } = await openPage(context, system.url);
    await page.goto(`${system.url}/app/live`);
    await page.getByRole('banner').getByText('Live', { exact: true }).waitFor();
    await clickAs(BROWSER, calendly.redirect_url);
    await page.getByRole('list', { name: 'Clicks, newest first' }).getByText('Safari on macOS').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('switches a link off and on again', async () => {
    const { calendly } = await generateResume(system.url, { company: 'Quill Foods' });
    const context = await openContext(NARROW);
    const { page, complaints } = await openPage(context, system.url);
    await page.goto(`${system.url}/app/links`);
    await page.getByRole('button', { name: `Switch off: Calendly link ${calendly.tracking_id}` }).click();
    const back = page.getByRole('button', { name: `Switch on: Calendly link ${calendly.tracking_id}` });
    await back.waitFor();
    expect(await isActive(calendly.tracking_id)).toBe(false);
    await back.click();
    await page.getByRole('button', { name: `Switch off: Calendly link ${calendly.tracking_id}` }).waitFor();
    expect(await isActive(calendly.tracking_id)).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('finds an application, says what happened to it, and keeps what a person says of it', async () => {
    const { calendly } = await generateResume(system.url, { company: 'Northlight' });
    await generateResume(system.url, { company: 'Fieldstone' });
    await clickAs('curl/8.5.0', calendly.redirect_url);
    const context = await openContext();
    const { page, complaints } = await openPage(context, system.url);
    await page.goto(`${system.url}/app/applications`);
    await page.getByLabel('Search applications').fill('northl');
    await page.getByText('1 application', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Marketing Manager' }).click();
    await page.getByText('No person has clicked a link for Marketing Manager at Northlight yet').waitFor();
    await page.getByText('Why: its name is that of a robot.').waitFor();
    await page.getByRole('button', { name: 'Change' }).click();
    await page.getByLabel('What came of it').selectOption('Interview');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Interview', { exact: true }).first().waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('makes a cover letter from an application, with its warnings in words', async () => {
    const { application_id } = await generateResume(system.url, { company: 'Maple Labs' });
    const context = await openContext(NARROW);
    const { page, complaints } = await openPage(context, system.url);
    await page.goto(`${system.url}/app/applications/${application_id}`);
    await page.getByRole('link', { name: 'Make a document' }).click();
    await page.getByText('Cover letter', { exact: true }).click();
    await page.getByLabel('Opening').fill('I am glad to apply.');
    await page.getByRole('radio', { name: 'Modern' }).click();
    await page.getByRole('button', { name: 'Make the cover letter' }).click();
    await page.getByText(/^cover_letter_Jordan_Avery.*is ready$/).waitFor();
    await page.getByText('No LinkedIn URL is configured; the document goes without that link.').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('says in words and at its place what is wrong with a template', async () => {
    const context = await openContext();
    const { page, complaints } = await openPage(context, system.url);
    await page.goto(`${system.url}/app/templates`);
    const file = page.getByLabel('A Word document');
    await file.setInputFiles({
      name: 'letter.docx',
      mimeType: DOCX,
      buffer: makeDocx('Dear {{recipient.name'),
    });
    await page.getByText('“letter.docx” was not taken').waitFor();
    await page.getByText(/body, paragraph 1: "Dear \{\{recipient\.name"/).waitFor();
    await file.setInputFiles({
      name: 'letter.docx',
      mimeType: DOCX,
      buffer: makeDocx('Dear {{recipient.name}}'),
    });
    await page.getByText('“letter” is ready').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('tells a receiver of webhooks, whose secret is shown once, and forgets it again', async () => {
    const context = await openContext();
    const { page, complaints } = await openPage(context, system.url);
    await page.goto(`${system.url}/app/settings?part=webhooks`);
    await page.getByLabel('Address').fill('https://127.0.0.1/hooks');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText('private, local and reserved addresses are refused').waitFor();
    await page.getByLabel('Address').fill('https://hooks.example.com/footfall');
    await page.getByRole('button', { name: 'Add' }).click();
    await page.getByText(/^whsec_/).waitFor();
    await page.getByRole('button', { name: 'Show the log' }).click();
    await page.getByText('Nothing was sent yet.').waitFor();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('Nobody is told yet.').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('erases an application after one more question, and says how far that is', async () => {
    const { application_id } = await generateResume(system.url, { company: 'Sable Systems' });
    const context = await openContext();
    const { page, complaints } = await openPage(context, system.url);
    await page.goto(`${system.url}/app/settings?part=privacy`);
    await page.getByLabel('Application id').fill(application_id);
    await page.getByRole('button', { name: 'Erase …' }).click();
    await page.getByRole('button', { name: 'Erase', exact: true }).click();
    await page.getByText('An application: done').waitFor();
    await page.getByText(/^Documents: done, [1-9]/).waitFor();
    await page.goto(`${system.url}/app/applications/${application_id}`);
    await page.getByText('Nothing is known of this application').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('asks for a key where the server does, and goes on with it', async () => {
    const dataDir = newDataDir();
    const keys = `${dataDir}.keys`;
    const key = `ff_${randomUUID()}`;
    await writeFile(keys, `dashboard:${createHash('sha256').update(key).digest('hex')}\n`);
    const guarded = await start({ API_KEYS_FILE: keys, DATA_DIR: dataDir });
    try {
      const context = await openContext();
      const { page, complaints } = await openPage(context, guarded.url);
      await page.goto(`${guarded.url}/app/links`);
      await page.getByLabel('API key').fill('ff_wrong');
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByLabel('API key').fill(key);
      await page.getByRole('button', { name: 'Go on' }).click();
      await page.getByText('No links here').waitFor();
      await page.getByRole('banner').getByText('Live', { exact: true }).waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    } finally {
      await guarded.stop();
    }
  }, 120_000);

  it('is used by keyboard alone, and says when the network is gone', async () => {
    const context = await openContext();
    const { page, complaints } = await openPage(context, system.url);
    await page.goto(`${system.url}/app/settings`);
    await page.getByLabel('First name').waitFor();
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Profile');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Tell a program of yours' }).waitFor();
    await context.setOffline(true);
    await page.getByText('You are offline').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it.each([
    ['wide and light', WIDE, 'light'],
    ['narrow and dark', NARROW, 'dark'],
  ] as const)(
    'has no barrier and no sideways scrolling on any page, %s',
    async (_, viewport, colorScheme) => {
      const { application_id } = await generateResume(system.url, { company: 'Aster Health' });
      const context = await browser.newContext({ viewport, colorScheme });
      const { page, complaints } = await openPage(context, system.url);
      for (const path of [...PAGES, `/app/applications/${application_id}`]) {
        await page.goto(system.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
        expect({ path, barriers: await findBarriers(page) }).toEqual({ path, barriers: [] });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
      }
      expect(complaints).toEqual([]);
      await context.close();
    },
    60_000,
  );

  it('loads in less than 300 kB', async () => {
    const context = await openContext();
    const { page, complaints } = await openPage(context, system.url);
    let bytes = 0;
    page.on('requestfinished', async (request) => {
      const { responseBodySize, responseHeadersSize } = await request.sizes();
      if (new URL(request.url()).pathname.startsWith('/assets/'))
        bytes += responseBodySize + responseHeadersSize;
    });
    await page.goto(system.url);
    await page.locator('canvas').waitFor();
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(300_000);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('lets its files be kept for good and its page be asked for each time, under a strict policy', async () => {
    const page = await fetch(system.url);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).not.toContain('unsafe');
    const again = await fetch(`${system.url}/app/links`);
    expect(again.headers.get('content-security-policy')).not.toBe(policy);
    const [script] = /\/assets\/[^"]+\.js/.exec(await page.text()) ?? [];
    const file = await fetch(system.url + script, { headers: { 'accept-encoding': 'br' } });
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(file.headers.get('content-encoding')).toBe('br');
  });
});

async function isActive(trackingId: string): Promise<boolean> {
  const answer = await fetch(`${system.url}/api/link-tracking/links?limit=500`);
  const { links } = (await answer.json()) as { links: { tracking_id: string; is_active: boolean }[] };
  return links.find((link) => link.tracking_id === trackingId)?.is_active ?? false;
}

function focusedText(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement.textContent');
}
