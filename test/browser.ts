import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { canInstallDebianPackages, installDebianPackage } from '#platform';

const PLACES = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Pages that tracked links lead to are not asked for. */
const STAY_HERE = '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost';

/** The Chromium of this machine, installed by apt where that is possible. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium() ?? installChromium();
  // As root, Chromium refuses to start inside its sandbox.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...sandbox, STAY_HERE] });
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
const ACTION_MS = 20_000;

/** A page on which nothing may go wrong unseen: what its console complained of, and whom it asked beside its own site. */
export interface WatchedPage {
  page: Page;
  complaints: string[];
}

export function watchPage(page: Page, origin: string): WatchedPage {
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

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What stands in the way of people who cannot see well or use no mouse: serious and critical findings of axe-core. */
export async function findBarriers(page: Page): Promise<string[]> {
  await page.evaluate(axeSource);
  const { violations } = (await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")) as {
    violations: { id: string; impact: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('\n')}`,
    );
}
