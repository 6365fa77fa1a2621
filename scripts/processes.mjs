// Child processes as the split deployment, the chaos table and the end-to-end tests need them: started, watched
// until ready, killed or stopped.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
/** Time a process gets to leave by itself before it is killed, ms. */
const STOP_DEADLINE_MS = 30_000;

/**
 * V8 would let what a gateway needs for a moment take 128 MB, and take it for lasting while that space is still small.
 * `npm run start:redirect-gateway` and docker-compose.yml say the same.
 */
export const GATEWAY_FLAGS = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

/**
 * The same of an analytics-service, where each batch of clicks is needed for a moment; and a bound on what lasts, which V8
 * would otherwise take from the machine's memory. `npm run start:analytics-service` and deploy/assemble.sh say the same.
 */
const ANALYTICS_FLAGS = [...GATEWAY_FLAGS, '--max-old-space-size=512'];

const FLAGS = { 'redirect-gateway': GATEWAY_FLAGS, 'analytics-service': ANALYTICS_FLAGS };

/** Starts an app of this repository under the same Node. `app` is its folder in apps/. */
export function startApp(app, env) {
  const main = join(root, 'dist/apps', app, 'src/main.js');
  return spawn(process.execPath, ['--enable-source-maps', ...(FLAGS[app] ?? []), main], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Passes a child's lines on, each with its name in front. */
export function prefixLines(child, name, write) {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) write(`${name} | ${line}`);
    });
  }
}

export function hasExited(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

export function exitOf(child) {
  return hasExited(child) ? Promise.resolve() : new Promise((resolve) => child.once('exit', () => resolve()));
}

/** Asks a process to stop and waits for it; kills it when it takes too long. */
export async function stop(child, signal = 'SIGTERM') {
  if (hasExited(child)) return;
  child.kill(signal);
  const deadline = AbortSignal.timeout(STOP_DEADLINE_MS);
  deadline.addEventListener('abort', () => child.kill('SIGKILL'));
  await exitOf(child);
}

/** Resolves once `url` answers 200; rejects when the process ends first or the time is over. */
export async function untilReady(url, { child, timeoutMs = 60_000 } = {}) {
  const deadline = Date.now() + timeoutMs;
  let last = 'no answer';
  while (Date.now() < deadline) {
    if (child && hasExited(child))
      throw new Error(`it ended with exit code ${child.exitCode} before it was ready`);
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
      if (response.ok) return;
      last = `${response.status} ${await response.text()}`;
    } catch (error) {
      last = error instanceof Error ? error.message : String(error);
    }
    await sleep(50);
  }
  throw new Error(`${url} was not ready within ${timeoutMs / 1000} s: ${last}`);
}
