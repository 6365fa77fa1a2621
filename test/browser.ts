import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { canInstallDebianPackages, installDebianPackage } from '#platform';

const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The Chromium of this machine, installed by apt where that is possible. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium() ?? installChromium();
  // As root, Chromium refuses to start inside its sandbox.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
}

function findChromium(): string | undefined {
  return PLACES.find((path) => path && existsSync(path));
}

function installChromium(): string {
  const advice = 'install Chromium, or say where it is in CHROMIUM';
  if (!canInstallDebianPackages())
    throw new Error(`There is no Chromium here for the browser tests: ${advice}.`);
  const failure = installDebianPackage('chromium', (line) => process.stderr.write(`${line}\n`));
  const found = findChromium();
  if (found) return found;
  throw new Error(`apt-get could not install chromium (${failure}): ${advice}.`);
}

/** Longest wait for anything on a page: short enough that the failure names what was missing. */
const ACTION_MS = 12_000;

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 360, height: 740 };

/** A page on which nothing may go wrong unseen: what its console complained of, and whom it asked beside its own site. */
export interface WatchedPage {
  page: Page;
  complaints: string[];
}

export async function openPage(context: BrowserContext, origin: string): Promise<WatchedPage> {
  const page = await context.newPage();
  page.setDefaultTimeout(ACTION_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused call is an answer like others; the page shows what it means.
    const isRefusal = message
      .text()
      .startsWith('Failed to load resource: the server responded with a status');
    if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
  });
  page.on('request', (request) => {
    const { origin: asked, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && asked !== origin) complaints.push(`asked ${asked}`);
  });
  return { page, complaints };
}
