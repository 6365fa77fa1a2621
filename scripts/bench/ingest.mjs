/**
 * How many clicks a second one analytics-service stores (session, classification, rows, counters, unique sessions;
 * batches as its consumer takes them) beside what PostgreSQL can take at all: COPY of the very same rows into the
 * same partitioned table with the same indexes, prepared beforehand, in one command. Rounds of both alternate on one
 * durable server (fsync on); the medians are shown. Then four writers at once, on one link that everybody clicks beside
 * many links, and how fast what was stored settles beside how fast it was stored.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { copyIn } from './ingest/copy-in.mjs';
import { openIngest } from './ingest/open-ingest.mjs';
import { makeClicks } from './ingest/sample-clicks.mjs';

const CLICKS = Number(process.env.BENCH_INGEST_CLICKS ?? 80_000);
const BATCH = 4_000;
const ROUNDS = 3;

export async function run() {
  const { startLocalPostgres } = await import('../../dist/libs/platform/src/index.js');
  const { clickRecorded } = await import('../../dist/libs/contracts/src/index.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'footfall-bench-ingest-'));
  const server = await startLocalPostgres({ dataDir, durable: true, say: (line) => console.error(line) });
  const ingest = await openIngest(server.url);
  try {
    const rates = { judged: [], parsed: [], copied: [], settled: [], spread: [], viral: [] };
    await storeAll(ingest, makeClicks(BATCH * 5));
    for (let round = 0; round < ROUNDS; round++) {
      const clicks = makeClicks(CLICKS);
      await ingest.clear();
      rates.judged.push(await rate(() => storeAll(ingest, clicks)));
      rates.settled.push(await rate(() => ingest.settle()));
      await ingest.clear();
      rates.spread.push(await rate(() => storeAtOnce(ingest, clicks)));
      await ingest.clear();
      const viral = makeClicks(CLICKS).map((click) => ({ ...click, ...ONE_LINK }));
      rates.viral.push(await rate(() => storeAtOnce(ingest, viral)));
      await ingest.clear();
      const texts = clicks.map((click) => JSON.stringify(click));
      rates.parsed.push(await rate(() => storeAll(ingest, texts, (text) => clickRecorded.parse(text))));
      const rows = await ingest.dumpRows();
      await ingest.clear();
      rates.copied.push(await rate(() => copyIn(server.url, rows)));
    }
    const floor = median(rates.copied);
    return [
      row('ingest', median(rates.judged), floor),
      row('ingest, JSON parsing included', median(rates.parsed), floor),
      {
        ...row('ingest, four writers on one link', median(rates.viral), median(rates.spread)),
        floor_name: 'four writers on many links',
      },
      { ...row('settling', median(rates.settled), median(rates.judged)), floor_name: 'ingest' },
    ];
  } finally {
    await ingest.close();
    await server.stop();
    // For root the cluster lies elsewhere, where PostgreSQL's account can reach it.
    for (const folder of [dirname(server.clusterDir), dataDir])
      rmSync(folder, { recursive: true, force: true });
  }
}

async function storeAll(ingest, items, parse = (item) => item) {
  for (let i = 0; i < items.length; i += BATCH) {
    const refused = await ingest.store(items.slice(i, i + BATCH).map(parse));
    if (refused.length > 0) throw new Error(`refused: ${refused[0].reason}`);
  }
}

const WRITERS = 4;
const ONE_LINK = {
  tracking_id: 'lt_calendly_viral',
  user_id: 'user-1',
  job_id: 'job-1',
  application_id: 'app-1',
  link_function: 'Calendly',
};

/** As several consumers do it: each takes the next batch. */
async function storeAtOnce(ingest, clicks) {
  let next = 0;
  const write = async () => {
    for (let i = next; i < clicks.length; i = next) {
      next += BATCH;
      await storeAll(ingest, clicks.slice(i, i + BATCH));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, write));
}

async function rate(work) {
  const started = performance.now();
  await work();
  return CLICKS / ((performance.now() - started) / 1_000);
}

function row(bench, value, floor) {
  return {
    bench,
    value,
    unit: 'rows/s',
    floor,
    floor_name: 'COPY into the same table',
    ratio: value / floor,
  };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
