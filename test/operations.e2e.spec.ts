import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { eventually, freePort } from '#testing';
import { findProgram } from './deployment/debian-program.js';
import { type CodeBlock, readCodeBlocks } from './documentation/markdown-blocks.js';
import { BROWSER } from './main-job.js';
import { newDataDir, type RunningSystem, startSystem } from './running-system.js';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');
const GUIDE = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');

const dataDir = newDataDir();
const folder = dirname(dataDir);
let system: RunningSystem | undefined;
let url: string;
let machine: Server;
let key = '';

/** What a machine with systemd does for the guide's reader. */
const SERVICE: Readonly<Record<string, () => Promise<void>>> = {
  async start() {
    const port = new URL(url).port;
    system = await startSystem({
      script: 'dist/apps/standalone/src/main.js',
      readyLine: /ready on http/,
      env: { PORT: port, GRPC_PORT: String(Number(port) + 1000), DATA_DIR: dataDir },
      url,
      timeoutMs: 200_000,
    });
  },
  async stop() {
    await system?.stop();
  },
  async restart() {
    await SERVICE.stop?.();
    await SERVICE.start?.();
  },
};

beforeAll(async () => {
  url = `http://localhost:${await freePort([0, 1000])}`;
  findProgram('kubectl', 'kubernetes-client');
  machine = createServer(async (order, response) => {
    await SERVICE[order.url?.slice(1) ?? '']?.().catch((error) => response.writeHead(500).write(`${error}`));
    response.end();
  });
  machine.listen(0, '127.0.0.1');
  await once(machine, 'listening');
  const { port } = machine.address() as AddressInfo;
  writeProgram('sudo', 'exec "$@"');
  writeProgram(
    'systemctl',
    `[ "$2" = footfall ] && exec curl --silent --fail-with-body http://127.0.0.1:${port}/$1`,
  );
}, 300_000);
afterAll(async () => {
  await system?.stop();
  machine?.close();
  rmSync(folder, { recursive: true, force: true });
}, 240_000);

function writeProgram(name: string, script: string) {
  mkdirSync(join(folder, 'bin'), { recursive: true });
  writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin', name), 0o755);
}

const left = readCodeBlocks(GUIDE).filter(({ language }) => language === 'sh');

/** Runs the guide's next block, word for word but for the folders and the port. */
async function followNext(): Promise<string> {
  const { code } = left.shift() as CodeBlock;
  const filled = [
    ['http://localhost:5000', url],
    ['/srv/footfall/data', `"${dataDir}"`],
    ['"/data.broken', '.broken"'],
    ['/var/backups/footfall', `"${folder}"/backups`],
    [' ./secrets', ` "${folder}"/secrets`],
  ].reduce((text, [from = '', to = '']) => text.replaceAll(from, to), code);
  const script = filled.replaceAll(/\bcurl\b/g, 'curl --silent --show-error --fail-with-body');
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: ROOT,
    env: { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, HOME: process.env.HOME, DATA_DIR: dataDir },
  });
  return stdout;
}

async function send(method: string, path: string, body?: unknown) {
  const response = await fetch(url + path, {
    method,
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

/** A profile, a document, and a click on its link. */
async function apply(userId: string) {
  const calendly = `https://calendly.com/${userId}/30min`;
  await send('PUT', `/api/candidates/${userId}`, { first_name: userId, calendly_url: calendly });
  const made = await send('POST', '/resume', {
    user_id: userId,
    job_id: `job-${userId}`,
    application_id: `app-${userId}`,
    personal: { full_name: userId, calendly_url: calendly },
  });
  expect(made).toMatchObject({ status: 200, body: { tracking: { enabled: true } } });
  const [link] = made.body.links;
  await click(link.tracking_id);
  await untilCounted(link.tracking_id, 1);
  return { userId, link: link.tracking_id as string, document: made.body.document_id as string };
}

async function click(trackingId: string): Promise<number> {
  const { statusCode, body } = await request(`${url}/track/${trackingId}`, {
    headers: { 'user-agent': BROWSER, accept: 'text/html', 'accept-language': 'en' },
  });
  await body.dump();
  return statusCode;
}

const untilCounted = (trackingId: string, clicks: number) =>
  eventually(async () => {
    const { body } = await send('GET', `/api/link-tracking/analytics/${trackingId}`);
    expect(body).toMatchObject({ click_statistics: { total_clicks: clicks } });
  });

describe('docs/operations.md, followed word for word', () => {
  let avery: Awaited<ReturnType<typeof apply>>;
  let ellis: Awaited<ReturnType<typeof apply>>;

  it('installs a service that asks for a key', async () => {
    expect(await followNext()).toContain('ready');
    key = (await followNext()).trim();
    await eventually(async () => expect((await fetch(`${url}/api/candidates/x`)).status).toBe(401));
    expect((await send('GET', '/api/candidates/x')).status).toBe(404);
  }, 240_000);

  it('makes secrets, and manifests that can be rendered', async () => {
    await followNext();
    expect(existsSync(join(folder, 'secrets/admin-key'))).toBe(true);
    await followNext();
  }, 240_000);

  it('backs a working system up', async () => {
    [avery, ellis] = await Promise.all([apply('jordan_avery'), apply('morgan_ellis')]);
    mkdirSync(join(folder, 'backups'));
    const clicking = Promise.all(Array.from({ length: 20 }, () => click(ellis.link)));
    await followNext();
    expect(new Set(await clicking)).toEqual(new Set([302]));
  }, 240_000);

  it('keeps a list of who was erased since', async () => {
    const { body } = await send('POST', '/api/privacy/erasures', { user_id: avery.userId });
    await eventually(
      async () =>
        expect((await send('GET', `/api/privacy/erasures/${body.erasure_id}`)).body.status).toBe('done'),
      { timeoutMs: 30_000 },
    );
    await followNext();
    const list = readFileSync(join(folder, 'backups/erasures.json'), 'utf8');
    expect(JSON.parse(list).erasures).toHaveLength(1);
    expect(list).not.toContain(avery.userId);
  }, 240_000);

  it('restores it, and erases again whom the backup still had', async () => {
    const [block] = left;
    const [restoring = '', replaying = ''] = block?.code.split(/(?=npm run -s erasures)/) ?? [];
    left.splice(
      0,
      1,
      { ...(block as CodeBlock), code: restoring },
      { ...(block as CodeBlock), code: replaying },
    );
    await followNext();
    // The proof that there is something to erase: the backup is older than the erasure.
    expect((await send('GET', `/api/candidates/${avery.userId}`)).status).toBe(200);
    expect(await click(avery.link)).toBe(302);
    expect(await followNext()).toContain('Every counter equals its rows.');
    expect((await send('GET', `/api/candidates/${avery.userId}`)).status).toBe(404);
    expect((await send('GET', `/documents/${avery.document}`)).status).toBe(404);
    expect((await send('GET', `/api/link-tracking/analytics/${avery.link}`)).status).toBe(404);
    await eventually(async () => expect(await click(avery.link)).toBe(410));

    expect((await send('GET', `/documents/${ellis.document}`)).status).toBe(200);
    expect((await send('GET', `/api/candidates/${ellis.userId}`)).body.first_name).toBe(ellis.userId);
    expect(await click(ellis.link)).toBe(302);
    // Whichever of the clicks during the backup came before it: none twice.
    const { body } = await send('GET', `/api/link-tracking/analytics/${ellis.link}`);
    expect(body.click_statistics.total_clicks).toBeGreaterThanOrEqual(1);
    expect(body.click_statistics.total_clicks).toBeLessThanOrEqual(22);
  }, 300_000);

  it('upgrades by a restart, and compares its counters', async () => {
    expect(await followNext()).toContain('ready');
    expect(await followNext()).toContain('Every counter equals its rows.');
    expect(left).toEqual([]);
  }, 240_000);

  it('holds no command that a shell cannot read, and no file that is not there', async () => {
    for (const { language, code } of readCodeBlocks(GUIDE)) {
      if (language === 'shell') await run('bash', ['-n', '-c', code]);
      for (const [, path = ''] of code.matchAll(/(?:^|[\s/])((?:deploy|scripts)\/[\w./-]+)/g))
        expect({ path, isThere: existsSync(join(ROOT, path)) }).toEqual({ path, isThere: true });
    }
    for (const [, path = ''] of GUIDE.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
      expect({ path, isThere: existsSync(join(ROOT, 'docs', path)) }).toEqual({ path, isThere: true });
  });
});
