/**
 * Durable redirects beside a bare Fastify route that returns a static 302: the price of replica, click event,
 * journal with fdatasync and relay. The gateway is the real module from dist in a process of its own; its bus
 * accepts messages at once, since what a broker costs is the relay benchmark's. Both servers are driven by the
 * same load from another process, in turns, and the better of the turns counts.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LINKS = 200_000;
const CONNECTIONS = 64;
const SECONDS = 4;
const TURNS = 3;

export async function run() {
  // Below the working directory, because /tmp may be memory, where a sync costs nothing.
  const dataDir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'footfall-bench-'));
  const gateway = await startServer('gateway.mjs', [dataDir, `${LINKS}`]);
  const bare = await startServer('bare-fastify.mjs', []);
  try {
    const best = { gateway: undefined, bare: undefined };
    for (let turn = 0; turn < TURNS; turn += 1) {
      best.bare = better(best.bare, await load(bare.url));
      best.gateway = better(best.gateway, await load(gateway.url));
    }
    const counted = await gateway.ask('stop');
    // A disk that stalls beyond the bound makes some: they are redirected and published from memory.
    if (counted.unjournaled > 0) console.error(`${counted.unjournaled} clicks found the disk stalled`);
    if (counted.relayed < best.gateway.requests)
      throw new Error('clicks that got their 302 were not relayed');
    return rows(best);
  } finally {
    gateway.child.kill('SIGKILL');
    bare.child.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function rows({ gateway, bare }) {
  const row = (name, key, unit) => ({
    bench: name,
    value: gateway[key],
    unit,
    floor: bare[key],
    floor_name: 'bare Fastify static 302',
    ratio: gateway[key] / bare[key],
  });
  return [row('redirect', 'rate', 'requests/s'), row('redirect p99', 'p99', 'ms')];
}

function better(a, b) {
  return a && a.rate > b.rate ? a : b;
}

async function load(url) {
  const child = fork(join(here(), 'load.mjs'), [url, `${CONNECTIONS}`, `${SECONDS}`, `${LINKS}`]);
  return once(child);
}

async function startServer(file, args) {
  const child = fork(join(here(), file), args);
  const { url } = await once(child);
  const ask = (question) => {
    child.send(question);
    return once(child);
  };
  return { child, url, ask };
}

function once(child) {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`a benchmark process ended with ${code}`)));
  });
}

function here() {
  return fileURLToPath(new URL('./redirect', import.meta.url));
}
