import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { eventually } from '#testing';
import { followProfile } from './followed-profile.js';
import { runMainJob } from './main-job.js';
import { freePortRow, newDataDir, type RunningSystem, startSystem } from './running-system.js';

const dataDir = newDataDir();
let system: RunningSystem;

beforeAll(async () => {
  const port = await freePortRow([0, 1, 2, 3, 4, 1002, 1003, 1004]);
  system = await startSystem({
    script: 'scripts/start-split.mjs',
    readyLine: /four services\) ready on http/,
    env: { PORT: String(port), DATA_DIR: dataDir, CALCOM_WEBHOOK_SECRET: 'a key' },
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

  it('switches a link off and on at the gateway, by the API and by SQL', async () => {
    const created = await fetch(`${system.url}/api/link-tracking/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ original_url: 'https://portfolio.example/', link_function: 'Portfolio' }),
    });
    const { tracking_id } = (await created.json()) as { tracking_id: string };
    const answers = (status: number) =>
      eventually(async () => {
        const { status: actual } = await fetch(`${system.url}/track/${tracking_id}`, { redirect: 'manual' });
        expect(actual).toBe(status);
      });
    await answers(302);
    await fetch(`${system.url}/api/link-tracking/deactivate/${tracking_id}`, { method: 'POST' });
    await answers(410);
    await updateByHand('UPDATE link_tracking SET is_active = true WHERE tracking_id = $1', tracking_id);
    await answers(302);
  }, 60_000);

  it('serves the dashboard, whose styles carry the nonce of their own page', async () => {
    const answer = await fetch(`${system.url}/app/links`);
    const page = await answer.text();
    const [, nonce] = /name="style-nonce" content="([0-9a-f]{32})"/.exec(page) ?? [];
    expect(answer.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`);
    const [script] = /\/assets\/[^"]+\.js/.exec(page) ?? [];
    for (const encoding of ['gzip', 'br']) {
      const { headers, status } = await fetch(system.url + script, {
        headers: { 'accept-encoding': encoding },
      });
      expect(status).toBe(200);
      expect(headers.get('content-type')).toBe('text/javascript');
      expect(headers.get('content-encoding')).toBe(encoding);
      expect(headers.get('cache-control')).toContain('immutable');
    }
    expect((await fetch(`${system.url}/nothing`)).status).toBe(404);
  });

  it('hands signed webhooks on as they came', async () => {
    const body = '{ "triggerEvent": "PING",\t"payload": "\\u00e9é" }\n';
    const signature = createHmac('sha256', 'a key').update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-cal-signature-256': signature };
    const answer = await fetch(`${system.url}/webhooks/calcom`, { method: 'POST', headers, body });
    expect(await answer.json()).toEqual({ received: true, repeated: false });
  });

  it('stops all of its processes when asked', async () => {
    expect(await system.stop()).toBe(0);
    await expect(fetch(`${system.url}/health/live`)).rejects.toThrow();
  }, 60_000);
});

async function updateByHand(sql: string, value: string): Promise<void> {
  const database = new Client({
    connectionString: readFileSync(join(dataDir, 'postgres/connection-url'), 'utf8').trim(),
  });
  await database.connect();
  await database.query(sql, [value]);
  await database.end();
}
