import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { findBarriers } from './browser.js';
import { clickAs, generateResume } from './dashboard-data.js';
import { Dashboard, NARROW, startStandalone, WIDE } from './dashboard-system.js';
import { BROWSER } from './main-job.js';

let dashboard: Dashboard;

beforeAll(async () => {
  dashboard = await Dashboard.start();
}, 180_000);
afterAll(async () => {
  await dashboard?.stop();
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
  '/app/settings?part=keys',
  '/app/settings?part=privacy',
  '/app/settings?part=browser',
];

/** As they came over the wire, fonts too. */
const ASSET_BYTES = `document.fonts.ready.then(() => performance.getEntriesByType('resource')
  .filter(({ name }) => name.includes('/assets/')).reduce((sum, { transferSize }) => sum + transferSize, 0))`;

describe('the dashboard', () => {
  it('leads from an empty system to a first click that arrives before the eyes', async () => {
    const { page, context, complaints } = await dashboard.open('/');
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
    const { calendly } = await generateResume(dashboard.url, { company: 'Harbour & Pine' });
    const { page, context, complaints } = await dashboard.open(`/app/live`);
    await page.getByRole('banner').getByText('Live', { exact: true }).waitFor();
    await clickAs(BROWSER, calendly.redirect_url);
    await page.getByRole('list', { name: 'Clicks, newest first' }).getByText('Safari on macOS').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('asks who comes where the server does, lets them out again, and asks anew when a session is over', async () => {
    const guarded = await startStandalone();
    try {
      const { page, context, complaints } = await dashboard.open('/app/settings?part=keys', {
        origin: guarded.url,
      });
      await page.getByLabel('Name').fill('My laptop');
      await page.getByRole('button', { name: 'Make it', exact: true }).click();
      const key = (await page.getByText(/^ff_[\w-]{20,}$/).textContent()) ?? '';
      await page.getByText('My laptop logged in').waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByLabel('API key').fill('ff_wrong');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByText('The API key is not known here.').waitFor();
      expect(await findBarriers(page)).toEqual([]);
      await page.getByLabel('API key').fill(key);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('button', { name: 'Log out' }).waitFor();
      await page.goto(`${guarded.url}/app/settings`);
      await page.getByLabel('First name').fill('Jordan');
      await context.clearCookies();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Your session is over.').waitFor();
      await page.getByLabel('API key').fill(key);
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved.').waitFor();
      expect(await page.getByLabel('First name').inputValue()).toBe('Jordan');
      expect(complaints).toEqual([]);
      await context.close();
    } finally {
      await guarded.stop();
    }
  }, 120_000);

  it('is used by keyboard alone, and says when the network is gone', async () => {
    const { page, context, complaints } = await dashboard.open(`/app/settings`);
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
      const { application_id } = await generateResume(dashboard.url, { company: 'Aster Health' });
      const { page, context, complaints } = await dashboard.open('/', { viewport, colorScheme });
      for (const path of [...PAGES, `/app/applications/${application_id}`]) {
        await page.goto(dashboard.url + path);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
        expect({ path, barriers: await findBarriers(page) }).toEqual({ path, barriers: [] });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
      }
      expect(complaints).toEqual([]);
      await context.close();
    },
    180_000,
  );

  it('loads in less than 300 kB', async () => {
    const { page, context, complaints } = await dashboard.open('/');
    await page.locator('canvas').waitFor();
    const bytes = await page.evaluate(ASSET_BYTES);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(300_000);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  it('lets its files be kept for good and its page be asked for each time, under a strict policy', async () => {
    const page = await fetch(dashboard.url);
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).not.toContain('unsafe');
    const again = await fetch(`${dashboard.url}/app/links`);
    expect(again.headers.get('content-security-policy')).not.toBe(policy);
    const [script] = /\/assets\/[^"]+\.js/.exec(await page.text()) ?? [];
    const file = await fetch(dashboard.url + script, { headers: { 'accept-encoding': 'br' } });
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(file.headers.get('content-encoding')).toBe('br');
  });
});

function focusedText(page: Page): Promise<unknown> {
  return page.evaluate('document.activeElement.textContent');
}
