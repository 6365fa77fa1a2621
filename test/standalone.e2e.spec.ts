import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, freePort } from '#testing';
import { followProfile } from './followed-profile.js';
import { BROWSER, runMainJob, totalClicks } from './main-job.js';
import { newDataDir, type RunningSystem, runToEnd, startSystem } from './running-system.js';

const dataDir = newDataDir();
let port: number;
let system: RunningSystem;

const settings = () => ({ PORT: String(port), GRPC_PORT: String(port + 1000), DATA_DIR: dataDir });

function start() {
  return startSystem({
    script: 'dist/apps/standalone/src/main.js',
    readyLine: /ready on http/,
    env: settings(),
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 60_000,
  });
}

beforeAll(async () => {
  port = await freePort([0, 1000]);
  system = await start();
}, 90_000);
afterAll(async () => {
  await system?.stop();
}, 60_000);

describe('standalone', () => {
  it('does the main job', async () => {
    await runMainJob(system.url);
  }, 60_000);

  it('moves links that follow the profile when it changes', async () => {
    await followProfile(system.url);
  }, 60_000);

  it('says so and stops when started twice on the same data', async () => {
    const second = await runToEnd('dist/apps/standalone/src/main.js', {
      ...settings(),
      PORT: String(await freePort()),
    });
    expect(second.code).toBe(1);
    expect(second.output).toMatch(/in use by another running process/);
    expect((await fetch(`${system.url}/health/ready`)).status).toBe(200);
  }, 60_000);

  it('names every setting that is wrong and starts nothing', async () => {
    const wrong = await runToEnd('dist/apps/standalone/src/main.js', {
      ...settings(),
      PORT: 'many',
      ENABLE_URL_TRACKING: 'perhaps',
      BASE_REDIRECT_URL: 'ftp://example.com',
    });
    expect(wrong.code).toBe(1);
    for (const name of ['PORT', 'ENABLE_URL_TRACKING', 'BASE_REDIRECT_URL'])
      expect(wrong.output).toContain(name);
  });

  it('counts every accepted click once when it is killed right after answering', async () => {
    const { calendly } = await runMainJob(system.url);
    const path = new URL(calendly.redirect_url).pathname;
    const clicks = await Promise.all(
      Array.from({ length: 50 }, () =>
        fetch(system.url + path, { redirect: 'manual', headers: { 'user-agent': BROWSER } }),
      ),
    );
    expect(clicks.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 302));
    system.process.kill('SIGKILL');
    await eventually(() => expect(system.process.signalCode).toBe('SIGKILL'));
    system = await start();
    await eventually(async () => expect(await totalClicks(system.url, calendly.tracking_id)).toBe(51));
  }, 120_000);

  it('stops cleanly when asked', async () => {
    expect(await system.stop()).toBe(0);
  }, 60_000);
});
