/**
 * What OpenTelemetry costs a redirect: the gateway with traces off, with one redirect in a hundred traced, and with all of
 * them, sent to a collector that takes everything. Each turn drives all three; of the turns the middle one counts.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { cpuMicros, startGateway, startLoad } from './redirect/processes.mjs';

const LINKS = 20_000;
const CONNECTIONS = 64;
const SECONDS = 4;
const TURNS = 5;
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
      for (const [name, gateway] of Object.entries(gateways)) {
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
  return traced.flatMap((name) => {
    const ratio = (figures) => figures[name].cpu / figures.off.cpu;
    const figures = turns.toSorted((a, b) => ratio(a) - ratio(b))[Math.floor(turns.length / 2)];
    return [
      ['redirect', 'rate', 'requests/s'],
      ['redirect cpu', 'cpu', 'µs/request'],
      ['redirect p99', 'p99', 'ms'],
    ].map(([bench, key, unit]) => ({
      bench: `${bench}, ${name} traced`,
      value: figures[name][key],
      unit,
      floor: figures.off[key],
      floor_name: 'traces off',
      ratio: figures[name][key] / figures.off[key],
    }));
  });
}
