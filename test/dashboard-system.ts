import type { Browser, BrowserContext } from 'playwright-core';
import { freePort } from '#testing';
import { openBrowser, type WatchedPage, watchPage } from './browser.js';
import { newDataDir, type RunningSystem, startSystem } from './running-system.js';

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 360, height: 740 };

/** A whole Footfall of its own. */
export async function startStandalone(settings: NodeJS.ProcessEnv = {}): Promise<RunningSystem> {
  const port = await freePort([0, 1000]);
  return startSystem({
    script: 'dist/apps/standalone/src/main.js',
    readyLine: /ready on http/,
    env: {
      PORT: String(port),
      GRPC_PORT: String(port + 1000),
      DATA_DIR: newDataDir(),
      PDF_CONVERTER: 'none',
      ...settings,
    },
    url: `http://localhost:${port}`,
    timeoutMs: 150_000,
  });
}

/** A Footfall and a browser to look at it with. */
export class Dashboard {
  private constructor(
    readonly system: RunningSystem,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<Dashboard> {
    const [system, browser] = await Promise.all([startStandalone(), openBrowser()]);
    return new Dashboard(system, browser);
  }

  get url(): string {
    return this.system.url;
  }

  /** A page in a browser that was never here. */
  async open(
    path: string,
    options: { viewport?: typeof WIDE; colorScheme?: 'light' | 'dark'; origin?: string } = {},
  ): Promise<WatchedPage & { context: BrowserContext }> {
    const { viewport = WIDE, colorScheme = 'light', origin = this.url } = options;
    const context = await this.browser.newContext({ viewport, colorScheme });
    const watched = watchPage(await context.newPage(), origin);
    await watched.page.goto(origin + path);
    return { ...watched, context };
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.system.stop();
  }
}
