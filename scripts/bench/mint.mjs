/**
 * Links a second that link-service mints over gRPC, new ones, in calls of one, of three (a document's) and of a
 * hundred, beside the same rows inserted straight into the same table by one statement a call: what PostgreSQL
 * takes at all with these indexes, this trigger and the relay running. link-service is the real module from dist in
 * a process of its own, its bus accepts at once, the server is durable (fsync on). Both take turns; medians count.
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';

const CONCURRENCY = 8;
const TURNS = 3;
/** Links of one measurement, by links a call: about a second each. */
const SIZES = [
  { links: 1, total: 1_500 },
  { links: 3, total: 4_500 },
  { links: 100, total: 20_000 },
];

export async function run() {
  const { startLocalPostgres } = await import('../../dist/libs/platform/src/index.js');
  const { GrpcLinkClient } = await import('../../dist/libs/contracts/src/index.js');
  const dataDir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'footfall-bench-mint-'));
  const server = await startLocalPostgres({ dataDir, durable: true, say: (line) => console.error(line) });
  const service = await startService(server.url);
  const client = new GrpcLinkClient({ address: service.address });
  const pool = new pg.Pool({ connectionString: server.url, max: CONCURRENCY });
  // `end` does not wait for its connections to close; the stopping server may close them first.
  pool.on('error', () => undefined);
  const mint = async (request) => {
    const results = await client.mintLinks(request, 10_000);
    if (!results.every(({ created }) => created)) throw new Error('a new link was not made');
  };
  try {
    await rate({ links: 3, total: 3_000 }, mint);
    const rows = [];
    for (const size of SIZES) {
      const minted = [];
      const inserted = [];
      for (let turn = 0; turn < TURNS; turn++) {
        inserted.push(await rate(size, (request) => insert(pool, request)));
        minted.push(await rate(size, mint));
      }
      rows.push(row(size, median(minted), median(inserted)));
    }
    return rows;
  } finally {
    client.close();
    await pool.end();
    service.child.kill('SIGKILL');
    await server.stop();
    // The cluster may lie elsewhere, in a folder made for it, where the account of the server can enter.
    rmSync(dirname(server.clusterDir), { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Links a second of `total` links in calls of `links`, a fixed number of calls in flight. */
async function rate({ links, total }, call) {
  let calls = total / links;
  const started = performance.now();
  const work = async () => {
    while (calls-- > 0) await call(request(links));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  return total / ((performance.now() - started) / 1_000);
}

function request(links) {
  const application = randomBytes(12).toString('hex');
  return {
    jobId: `job-${application}`,
    applicationId: `app-${application}`,
    links: Array.from({ length: links }, (_, n) => ({
      originalUrl: `https://calendly.com/jordan-avery/30min?utm_term=${n}`,
      linkFunction: 'Calendly',
      linkType: 'networking',
    })),
  };
}

function insert(pool, { jobId, applicationId, links }) {
  return pool.query(
    `INSERT INTO links.link_tracking (tracking_id, user_id, job_id, application_id, link_function, link_type,
                                      original_url, redirect_url)
     SELECT id, 'default', $1, $2, 'Calendly', 'networking', url, 'http://localhost:5000/track/' || id
     FROM unnest($3::text[], $4::text[]) AS link (id, url)`,
    [
      jobId,
      applicationId,
      links.map(() => `lt_calendly_${randomBytes(8).toString('hex')}`),
      links.map((link) => link.originalUrl),
    ],
  );
}

function startService(databaseUrl) {
  const child = fork(join(import.meta.dirname, 'mint/link-service.mjs'), [databaseUrl]);
  return new Promise((resolve, reject) => {
    child.once('message', (address) => resolve({ child, address }));
    child.once('exit', (code) => reject(new Error(`link-service ended with ${code}`)));
  });
}

function row({ links }, value, floor) {
  return {
    bench: `mint, ${links} a call`,
    value,
    unit: 'links/s',
    floor,
    floor_name: 'INSERT into the same table',
    ratio: value / floor,
  };
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
