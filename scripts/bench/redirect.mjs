/**
 * Durable redirects beside a bare Fastify route that returns a static 302: the price of replica, click event,
 * journal with fdatasync and relay. The gateway is the real module from dist in a process of its own; its bus
 * accepts messages at once, since what a broker costs is the relay benchmark's. Both servers are driven by the
 * same load from another process, one right after the other; of three such turns the one with the middle ratio counts,
 * because whatever else the machine does changes both.
 */
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LINKS = 200_000;
const CONNECTIONS = 64;
const SECONDS = 4;
const TURNS = 3;

export async function run() {
  // Not below /tmp, which may be memory, where a sync costs nothing.
  const parent = join(process.cwd(), 'data');
  mkdirSync(parent, { recursive: true });
  const dataDir = mkdtempSync(join(parent, 'bench-'));
  const gateway = await startServer('gateway.mjs', [dataDir, `${LINKS}`]);
  const bare = await startServer('bare-fastify.mjs', []);
  try {
    const turns = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      turns.push({ bare: await load(bare.url), gateway: await load(gateway.url) });
    }
    const counted = await gateway.ask('stop');
    // A disk that stalls beyond the bound makes some: they are redirected and published from memory.
    if (counted.unjournaled > 0) console.error(`${counted.unjournaled} clicks found the disk stalled`);
    const redirected = turns.reduce((sum, turn) => sum + turn.gateway.requests, 0);
    if (counted.relayed < redirected) throw new Error('clicks that got their 302 were not relayed');
    return rows(middle(turns));
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

function middle(turns) {
  const ratio = ({ gateway, bare }) => gateway.rate / bare.rate;
  return turns.sort((a, b) => ratio(a) - ratio(b))[Math.floor(turns.length / 2)];
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
