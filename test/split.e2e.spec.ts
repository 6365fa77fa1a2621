import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { followProfile } from './followed-profile.js';
import { runMainJob } from './main-job.js';
import { freePortRow, newDataDir, type RunningSystem, startSystem } from './running-system.js';

let system: RunningSystem;

beforeAll(async () => {
  const port = await freePortRow([0, 1, 2, 3, 4, 1002, 1003, 1004]);
  system = await startSystem({
    script: 'scripts/start-split.mjs',
    readyLine: /four services\) ready on http/,
    env: { PORT: String(port), DATA_DIR: newDataDir() },
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 240_000,
  });
}, 300_000);
afterAll(async () => {
  await system?.stop();
}, 60_000);

describe('the split deployment', () => {
  it('does the main job behind its edge, unchanged', async () => {
    await runMainJob(system.url);
  }, 60_000);

  it('moves links that follow the profile when it changes', async () => {
    await followProfile(system.url);
  }, 60_000);

  it('stops all of its processes when asked', async () => {
    expect(await system.stop()).toBe(0);
    await expect(fetch(`${system.url}/health/live`)).rejects.toThrow();
  }, 60_000);
});
