/**
 * What OpenTelemetry costs a redirect: the gateway with traces off, with one redirect in a hundred traced, and with all of
 * them, sent to a collector that takes everything. Each turn drives all three; the medians of the turns count.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { cpuMicros, startGateway, startLoad } from './redirect/processes.mjs';

const LINKS = 20_000;
const CONNECTIONS = 64;
const SECONDS = 3;
const TURNS = 9;
const FIGURES = [
  ['redirect', 'rate', 'requests/s'],
  ['redirect cpu', 'cpu', 'µs/request'],
  ['redirect p99', 'p99', 'ms'],
];
const SHARES = { off: undefined, 'one in a hundred': '0.01', all: '1' };

export async function run() {
  // Not below /tmp, which may be memory, where a sync costs nothing.
  const parent = join(process.cwd(), 'data');
  mkdirSync(parent, { recursive: true });
  const dataDir = mkdtempSync(join(parent, 'bench-'));
  const collector = await startCollector();
  const started = [];
  const start = async (starting) => {
    const server = await starting;
    started.push(server);
    return server;
  };
  try {
    const gateways = {};
    for (const [name, share] of Object.entries(SHARES)) {
      gateways[name] = await start(
        startGateway(join(dataDir, name), LINKS, share && tracingEnv(collector.url, share)),
      );
    }
    const load = await start(startLoad());
    const turns = [];
    for (let turn = 0; turn <= TURNS; turn += 1) {
      const figures = {};
      // In another order each time: whoever comes first finds the machine in another state.
      const order = Object.entries(gateways);
      for (let moved = turn % order.length; moved > 0; moved -= 1) order.push(order.shift());
      for (const [name, gateway] of order) {
        figures[name] = await measure(load, gateway, turn === 0 ? 2 : SECONDS);
      }
      // The first turn warms everything up.
      if (turn > 0) turns.push(figures);
    }
    if (collector.requests() === 0) throw new Error('the collector got nothing');
    return rows(turns);
  } finally {
    for (const { child } of started) child.kill('SIGTERM');
    collector.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function tracingEnv(url, share) {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: share,
  };
}

/** In this process, which is not measured: on the load's core at worst. */
async function startCollector() {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume().on('end', () => response.end());
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    requests: () => requests,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function measure(load, { url, child }, seconds) {
  const before = cpuMicros(child.pid);
  const result = await load.drive({ url, connections: CONNECTIONS, links: LINKS, seconds });
  return { ...result, cpu: (cpuMicros(child.pid) - before) / result.requests };
}

function rows(turns) {
  const traced = Object.keys(SHARES).filter((name) => name !== 'off');
  return traced.flatMap((name) =>
    FIGURES.map(([bench, key, unit]) => {
      const value = median(turns.map((figures) => figures[name][key]));
      const floor = median(turns.map((figures) => figures.off[key]));
      return {
        bench: `${bench}, ${name} traced`,
        value,
        unit,
        floor,
        floor_name: 'traces off',
        ratio: value / floor,
      };
    }),
  );
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
