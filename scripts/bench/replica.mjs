/**
 * A gateway that starts with nothing on its disk and a million links at link-service: how fast it pulls them, and
 * what memory it needs while it does and once it redirects all over them. BENCH_LINKS sets another number.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { residentMegabytes, startGateway, startLoad } from './redirect/processes.mjs';

const LINKS = Number(process.env.BENCH_LINKS ?? 1_000_000);
const REDIRECTS = 200_000;
/** More than the gateway holds in memory. */
const VISITED = 100_000;
/** What a gateway with so many links may take. */
const BOUND_MB = 250;

export async function run() {
  const parent = join(process.cwd(), 'data');
  mkdirSync(parent, { recursive: true });
  const dataDir = mkdtempSync(join(parent, 'bench-'));
  const begin = performance.now();
  const gateway = await startGateway(dataDir, LINKS);
  const seconds = (performance.now() - begin) / 1_000;
  const load = await startLoad();
  try {
    const pulled = residentMegabytes(gateway.child.pid);
    await load.drive({
      url: gateway.url,
      connections: 64,
      links: LINKS,
      visited: VISITED,
      requests: REDIRECTS,
    });
    const redirecting = residentMegabytes(gateway.child.pid);
    const memory = (bench, value) => ({
      bench,
      value,
      unit: 'MB',
      floor: BOUND_MB,
      floor_name: 'bound',
      ratio: value / BOUND_MB,
    });
    return [
      { bench: `replica of ${LINKS.toLocaleString('en')} pulled`, value: LINKS / seconds, unit: 'links/s' },
      memory('replica memory once pulled', pulled),
      memory('replica memory while redirecting', redirecting),
    ];
  } finally {
    gateway.child.kill();
    load.child.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
