import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { eventually, freePort } from '#testing';
import { AMBIGUOUS, sendRaw } from './ambiguous-requests.js';
import { followProfile } from './followed-profile.js';
import { runMainJob } from './main-job.js';
import { startCollector } from './otlp-collector.js';
import { newDataDir, type RunningSystem, startSystem } from './running-system.js';
import { checkMetrics } from './scraped-metrics.js';
import { checkTraces } from './traces.js';

const dataDir = newDataDir();
let system: RunningSystem;
let collector: Awaited<ReturnType<typeof startCollector>>;

beforeAll(async () => {
  collector = await startCollector();
  const port = await freePort([0, 1, 2, 3, 4, 1002, 1003, 1004]);
  system = await startSystem({
    script: 'scripts/start-split.mjs',
    readyLine: /four services\) ready on http/,
    env: {
      PORT: String(port),
      DATA_DIR: dataDir,
      CALCOM_WEBHOOK_SECRET: 'a key',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_TRACES_SAMPLER: 'always_on',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
    url: `http://127.0.0.1:${port}`,
    timeoutMs: 240_000,
  });
}, 300_000);
afterAll(async () => {
  await system?.stop();
  collector?.close();
}, 60_000);

describe('the split deployment', () => {
  it('does the main job behind its edge, unchanged', async () => {
    await runMainJob(system.url);
  }, 60_000);

  it('leaves a trace of each document and each click, and nobody in it', async () => {
    await checkTraces(system.url, collector);
  }, 120_000);

  it('shows the metrics that are documented, in each of its services', async () => {
    const at = (offset: number) => `http://127.0.0.1:${Number(new URL(system.url).port) + offset}`;
    await checkMetrics({ gateway: at(1), links: at(2), documents: at(3), analytics: at(4) });
  });

  it('moves links that follow the profile when it changes', async () => {
    await followProfile(system.url);
  }, 60_000);

  it('switches a link off and on at the gateway, by the API and by SQL', async () => {
    const { tracking_id } = await createLink();
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

  it('lets no second request through behind one whose end can be seen in two places', async () => {
    const { tracking_id } = await createLink();
    const port = Number(new URL(system.url).port);
    const paths = [
      `/track/${tracking_id}`,
      '/api/link-tracking/create',
      '/resume',
      '/api/tracking-ingest/batch',
    ];
    const head = (path: string) => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`;
    for (const [name, rest] of Object.entries(AMBIGUOUS)) {
      const answers = await Promise.all(paths.map((path) => sendRaw(port, head(path) + rest)));
      const statuses = answers.flatMap((answer) => answer.match(/^HTTP\/1.1 \d+/gm) ?? []);
      expect([name, statuses]).toEqual([name, paths.map(() => expect.stringMatching(/ (400|501)$/))]);
      // Whoever asks next, over the connections that the edge keeps, gets the answer to their own question.
      const visits = Array.from({ length: 8 }, () =>
        fetch(`${system.url}/track/${tracking_id}`, { redirect: 'manual' }),
      );
      expect(new Set((await Promise.all(visits)).map(({ status }) => status))).toEqual(new Set([302]));
      expect((await fetch(`${system.url}/api/link-tracking/health`)).status).toBe(200);
      expect((await fetch(`${system.url}/api/link-tracking/lookup/${tracking_id}`)).status).toBe(200);
      expect((await fetch(`${system.url}/templates`)).status).toBe(200);
    }
  }, 60_000);

  it('repeats nothing of what a visitor says about host and scheme', async () => {
    const { tracking_id } = await createLink();
    const port = Number(new URL(system.url).port);
    const lies = ['Host', 'X-Forwarded-Host', 'X-Original-URL', 'X-Forwarded-Server', 'Forwarded']
      .map((name) => `${name}: evil.example\r\n`)
      .join('');
    const body = JSON.stringify({ original_url: 'https://portfolio.example/', link_function: 'Portfolio' });
    const answers = await Promise.all([
      sendRaw(port, `GET /track/${tracking_id} HTTP/1.1\r\n${lies}\r\n`),
      sendRaw(port, `GET http://evil.example/track/${tracking_id} HTTP/1.1\r\n${lies}\r\n`),
      sendRaw(port, `GET /track/${tracking_id}?url=https://evil.example/ HTTP/1.1\r\n${lies}\r\n`),
      sendRaw(port, `GET /track//evil.example/.. HTTP/1.1\r\n${lies}\r\n`),
      sendRaw(port, `GET //evil.example/app HTTP/1.1\r\n${lies}\r\n`),
      sendRaw(port, `GET /app HTTP/1.1\r\n${lies}\r\n`),
      sendRaw(port, `GET /assets HTTP/1.1\r\n${lies}\r\n`),
      sendRaw(port, `GET /nothing HTTP/1.1\r\n${lies}\r\n`),
      sendRaw(
        port,
        `POST /api/link-tracking/create HTTP/1.1\r\n${lies.replace('evil.example', 'localhost')}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      ),
    ]);
    for (const answer of answers) expect(answer).not.toContain('evil');
    expect(answers.at(-1)).toContain(`"redirect_url":"http://localhost:${port}/track/`);
  }, 30_000);

  // From here on every call needs a key.
  it('asks for a key in every service once the first is made behind the edge', async () => {
    const ask = async (path: string, key?: string) => {
      const response = await fetch(system.url + path, { headers: key ? { 'x-api-key': key } : {} });
      return response.status;
    };
    const made = await fetch(`${system.url}/api/keys`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'first', scopes: ['admin'] }),
    });
    const { key } = (await made.json()) as { key: string };
    const ofEveryService = [
      '/api/link-tracking/links',
      '/templates',
      '/api/link-tracking/report',
      '/api/audit',
    ];
    for (const path of ofEveryService) {
      await eventually(async () => expect([path, await ask(path)]).toEqual([path, 401]));
      await eventually(async () => expect([path, await ask(path, key)]).toEqual([path, 200]));
    }
    expect(await ask('/api/session')).toBe(200);
    expect(await ask('/api/session/oidc/start')).toBe(404);
  }, 60_000);

  it('stops all of its processes when asked', async () => {
    expect(await system.stop()).toBe(0);
    await expect(fetch(`${system.url}/health/live`)).rejects.toThrow();
  }, 60_000);
});

async function createLink(): Promise<{ tracking_id: string }> {
  const created = await fetch(`${system.url}/api/link-tracking/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ original_url: 'https://portfolio.example/', link_function: 'Portfolio' }),
  });
  return (await created.json()) as { tracking_id: string };
}

async function updateByHand(sql: string, value: string): Promise<void> {
  const database = new Client({
    connectionString: readFileSync(join(dataDir, 'postgres/connection-url'), 'utf8').trim(),
  });
  await database.connect();
  await database.query(sql, [value]);
  await database.end();
}
