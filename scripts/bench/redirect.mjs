/**
 * Durable redirects beside four servers that answer a static 302: nginx, node:http, Fastify, and Nest on Fastify. The
 * difference is the price of replica, click event, journal with fdatasync and relay. The gateway is the real module
 * from dist; its bus accepts messages at once, since what a broker costs is the relay benchmark's.
 *
 * Servers run one at a time on one core, the load on another. Each turn drives all of them; of the turns the one with
 * the middle ratio to Fastify counts, because whatever else the machine does changes all of a turn.
 * The last rows drive the gateway on: BENCH_REDIRECTS (default 1,000,000) redirects more, and what its memory does.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { startNginx } from './redirect/nginx.mjs';
import {
  cpuMicros,
  pinTo,
  residentMegabytes,
  SERVER_CORE,
  startGateway,
  startLoad,
  startServer,
} from './redirect/processes.mjs';

const LINKS = 200_000;
const CONNECTIONS = 64;
const SECONDS = 3;
const TURNS = 3;
const REDIRECTS = Number(process.env.BENCH_REDIRECTS ?? 1_000_000);

const FLOORS = {
  fastify: 'bare Fastify static 302',
  node: 'bare node:http static 302',
  nest: 'Nest + Fastify static 302',
  nginx: 'nginx return 302',
};
const FIGURES = [
  ['redirect', 'rate', 'requests/s'],
  ['redirect cpu', 'cpu', 'µs/request'],
  ['redirect p50', 'p50', 'ms'],
  ['redirect p99', 'p99', 'ms'],
];

export async function run() {
  // Not below /tmp, which may be memory, where a sync costs nothing.
  const parent = join(process.cwd(), 'data');
  mkdirSync(parent, { recursive: true });
  const dataDir = mkdtempSync(join(parent, 'bench-'));
  const started = [];
  const start = async (starting) => {
    const server = await starting;
    started.push(server);
    return server;
  };
  try {
    const servers = {
      nginx: await start(startNginx(join(dataDir, 'nginx'), pinTo(SERVER_CORE))),
      node: await start(startServer('bare-node.mjs')),
      fastify: await start(startServer('bare-fastify.mjs')),
      nest: await start(startServer('nest-fastify.mjs')),
      gateway: await start(startGateway(join(dataDir, 'gateway'), LINKS)),
    };
    const load = await start(startLoad());
    const redirected = { count: 0 };
    const turns = [];
    for (let turn = 0; turn <= TURNS; turn += 1) {
      const figures = {};
      for (const [name, server] of Object.entries(servers)) {
        figures[name] = await measure(load, server, { seconds: turn === 0 ? 2 : SECONDS });
      }
      redirected.count += figures.gateway.requests;
      // The first turn warms everything up.
      if (turn > 0) turns.push(figures);
    }
    const memory = await watchMemory(load, servers.gateway, redirected);
    await checkNothingLost(servers.gateway, redirected);
    return [...rows(middle(turns)), ...memory];
  } finally {
    // Politely, so that nginx takes its worker along.
    for (const { child } of started) child.kill('SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(load, { url, child }, effort) {
  const before = cpuMicros(child.pid);
  const result = await load.drive({ url, connections: CONNECTIONS, links: LINKS, ...effort });
  return { ...result, cpu: (cpuMicros(child.pid) - before) / result.requests };
}

async function watchMemory(load, gateway, redirected) {
  const memory = [];
  for (const share of [0.1, 0.5, 1]) {
    const requests = Math.round(REDIRECTS * share) - memory.reduce((sum, step) => sum + step.requests, 0);
    redirected.count += (await measure(load, gateway, { requests })).requests;
    memory.push({ requests, megabytes: residentMegabytes(gateway.child.pid) });
    console.error(
      `${Math.round(memory.at(-1).megabytes)} MB after ${Math.round(REDIRECTS * share).toLocaleString('en')}`,
    );
  }
  const [{ megabytes: floor }, ...later] = memory;
  return later.map(({ megabytes: value }, i) => ({
    bench: `redirect memory after ${(REDIRECTS * (i === 0 ? 0.5 : 1)).toLocaleString('en')}`,
    value,
    unit: 'MB',
    floor,
    floor_name: 'after a tenth of all',
    ratio: value / floor,
  }));
}

async function checkNothingLost(gateway, redirected) {
  const counted = await gateway.ask('stop');
  // A disk that stalls beyond the bound makes some: they are redirected and published from memory.
  if (counted.unjournaled > 0) console.error(`${counted.unjournaled} clicks found the disk stalled`);
  if (counted.relayed < redirected.count) throw new Error('clicks that got their 302 were not relayed');
}

function rows({ gateway, ...floors }) {
  return FIGURES.flatMap(([bench, key, unit]) =>
    Object.entries(FLOORS).map(([name, floor_name]) => {
      const floor = floors[name][key];
      return { bench, value: gateway[key], unit, floor, floor_name, ratio: gateway[key] / floor };
    }),
  );
}

function middle(turns) {
  const ratio = ({ gateway, fastify }) => gateway.rate / fastify.rate;
  return turns.sort((a, b) => ratio(a) - ratio(b))[Math.floor(turns.length / 2)];
}
