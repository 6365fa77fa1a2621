import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/**
 * A PostgreSQL of the benchmark's own, which goes with it. The folder that BENCH_DATA names keeps it instead: the clicks
 * made for one benchmark serve the next, for the day (answers are asked about the days before now).
 */
export async function startBenchDatabase() {
  const { startLocalPostgres } = await import('../../../dist/libs/platform/src/index.js');
  const kept = process.env.BENCH_DATA;
  if (kept) mkdirSync(kept, { recursive: true });
  const dataDir = kept ? resolve(kept) : mkdtempSync(join(tmpdir(), 'footfall-bench-answers-'));
  const server = await startLocalPostgres({ dataDir, durable: false, say: (line) => console.error(line) });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      if (kept) return;
      for (const folder of [dirname(server.clusterDir), dataDir])
        rmSync(folder, { recursive: true, force: true });
    },
  };
}
