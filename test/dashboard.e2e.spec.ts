import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext } from 'playwright-core';
import { NARROW, openBrowser, openPage, WIDE } from './browser.js';
import { clickAs, generateResume } from './dashboard-data.js';
import { BROWSER } from './main-job.js';
import { freePortRow, newDataDir, type RunningSystem, startSystem } from './running-system.js';

let system: RunningSystem;
let browser: Browser;

beforeAll(async () => {
  const port = await freePortRow([0, 1000]);
  [system, browser] = await Promise.all([
    startSystem({
      script: 'dist/apps/standalone/src/main.js',
      readyLine: /ready on http/,
      env: { PORT: String(port), GRPC_PORT: String(port + 1000), DATA_DIR: newDataDir() },
      url: `http://localhost:${port}`,
      timeoutMs: 60_000,
    }),
    openBrowser(),
  ]);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await system?.stop();
}, 60_000);

const openContext = (viewport = WIDE): Promise<BrowserContext> => browser.newContext({ viewport });

describe('the dashboard', () => {
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
  }, 30_000);

  it('switches a link off and on again', async () => {
    const { calendly } = await generateResume(system.url, { company: 'Quill Foods' });
    const context = await openContext(NARROW);
    const { page, complaints } = await openPage(context, system.url);
    await page.goto(`${system.url}/app/links`);
    await page.getByRole('button', { name: `Switch Calendly link ${calendly.tracking_id} off` }).click();
    const back = page.getByRole('button', { name: `Switch Calendly link ${calendly.tracking_id} on` });
    await back.waitFor();
    expect(await isActive(calendly.tracking_id)).toBe(false);
    await back.click();
    await page.getByRole('button', { name: `Switch Calendly link ${calendly.tracking_id} off` }).waitFor();
    expect(await isActive(calendly.tracking_id)).toBe(true);
    expect(complaints).toEqual([]);
    await context.close();
  }, 30_000);

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
  }, 30_000);

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
