// npm run chaos [-- NAME…] [--json]: breaks a real split deployment under a steady load of clicks and counts what
// became of every one. Exit code 1 unless nothing was lost or doubled anywhere.
import { randomInt, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { FAULTS } from './chaos/faults.mjs';
import { ClickLoad } from './chaos/load.mjs';
import { portsFrom, SplitDeployment } from './split-deployment.mjs';

const CLICKS_PER_SECOND = 200;
const LINKS = 20;
/** Load before the fault and after it has healed, ms. */
const LEAD_MS = 3_000;
const TAIL_MS = 3_000;
/** How long the backlog of a healed system may take to drain, ms. */
const DRAIN_DEADLINE_MS = 60_000;

const json = process.argv.includes('--json');
const say = (line) => process.stderr.write(`${line}\n`);
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = names.filter((name) => !(name in FAULTS));
if (unknown.length > 0) {
  say(`There is no fault named ${unknown.join(', ')}. There are: ${Object.keys(FAULTS).join(', ')}.`);
  process.exit(1);
}

async function mintLinks(deployment) {
  const urls = [];
  for (let number = 0; number < LINKS; number++) {
    const response = await fetch(`${deployment.url}/api/link-tracking/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        original_url: `https://calendly.com/jordan-avery/${number}`,
        link_function: 'Calendly',
        job_id: randomUUID(),
      }),
    });
    if (!response.ok) throw new Error(`minting failed: ${response.status} ${await response.text()}`);
    const { tracking_id } = await response.json();
    urls.push(`http://127.0.0.1:${deployment.ports['redirect-gateway']}/track/${tracking_id}`);
  }
  return urls;
}

/** One document a second; tracking being away must never fail one. */
async function keepWriting(deployment, signal) {
  let failed = 0;
  while (!signal.aborted) {
    const response = await fetch(`${deployment.url}/resume`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        personal: { full_name: 'Jordan Avery', calendly_url: 'https://calendly.com/jordan-avery/30min' },
        job_id: randomUUID(),
      }),
    }).catch(() => undefined);
    if (!response?.ok) failed += 1;
    await sleep(1_000);
  }
  return failed;
}

/** Rows per mark, once every accepted click has a row or the drain deadline is over. */
async function readStored(deployment, mark, accepted) {
  const deadline = Date.now() + DRAIN_DEADLINE_MS;
  for (;;) {
    const rows = await query(
      deployment,
      `SELECT substring(user_agent FROM '${mark}-[0-9]+') AS mark, count(*)::int AS rows
         FROM analytics.link_clicks WHERE user_agent LIKE '%${mark}-%' GROUP BY 1`,
    );
    const stored = new Map(rows.map(({ mark: name, rows: count }) => [name, count]));
    const missing = [...accepted].filter((name) => !stored.has(name)).length;
    if (missing === 0 || Date.now() > deadline) return { stored, missing };
    await sleep(250);
  }
}

async function query(deployment, sql) {
  const client = new pg.Client(deployment.databaseUrl);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function runFault(deployment, urls, name) {
  const fault = FAULTS[name];
  const mark = `chaos-${name}-${randomUUID().slice(0, 8)}`;
  say(`${fault.title} …`);
  const load = new ClickLoad({ urls, mark, perSecond: CLICKS_PER_SECOND });
  const documents = new AbortController();
  const writing = fault.documents ? keepWriting(deployment, documents.signal) : Promise.resolve(0);
  await sleep(LEAD_MS);
  await fault.inject(deployment);
  await sleep(TAIL_MS);
  documents.abort();
  await load.stop();
  const failedDocuments = await writing;
  const { stored, missing } = await readStored(deployment, mark, load.accepted);
  const rows = [...stored.values()].reduce((sum, count) => sum + count, 0);
  return {
    fault: name,
    accepted: load.accepted.size,
    stored: rows,
    lost: missing,
    doubled: rows - stored.size,
    failed: load.failed + failedDocuments,
    p50: Number(load.percentileMs(0.5).toFixed(2)),
    p99: Number(load.percentileMs(0.99).toFixed(2)),
  };
}

/** Counters must equal rows after everything: the difference counts as doubled or lost in a row of its own. */
async function reconcile(deployment) {
  const ids = await query(
    deployment,
    'SELECT tracking_id, count(*)::int AS rows FROM analytics.link_clicks GROUP BY 1',
  );
  let lost = 0;
  let doubled = 0;
  let stored = 0;
  for (const { tracking_id, rows } of ids) {
    const answer = await (await fetch(`${deployment.url}/api/link-tracking/analytics/${tracking_id}`)).json();
    const difference = answer.click_statistics.total_clicks - rows;
    stored += rows;
    if (difference < 0) lost -= difference;
    else doubled += difference;
  }
  return {
    fault: 'counters-against-rows',
    accepted: stored,
    stored,
    lost,
    doubled,
    failed: 0,
    p50: 0,
    p99: 0,
  };
}

function print(row) {
  if (json) process.stdout.write(`${JSON.stringify(row)}\n`);
  else process.stdout.write(`${formatRow(Object.values(row))}\n`);
}

function formatRow(cells) {
  return cells
    .map((cell, index) => (index === 0 ? String(cell).padEnd(26) : String(cell).padStart(9)))
    .join(' ');
}

const dataDir = mkdtempSync(join(tmpdir(), 'footfall-chaos-'));
// As root, PostgreSQL runs under an account of its own, which must be able to enter.
chmodSync(dataDir, 0o711);
const deployment = new SplitDeployment({
  dataDir,
  ports: portsFrom(randomInt(20_000, 40_000)),
  env: { LOG_LEVEL: 'warn' },
  say: (line) => say(`  ${line}`),
});
let broken = false;
try {
  await deployment.start();
  const urls = await mintLinks(deployment);
  if (!json)
    print({
      a: 'fault',
      b: 'accepted',
      c: 'stored',
      d: 'lost',
      e: 'doubled',
      f: 'failed',
      g: 'p50 ms',
      h: 'p99 ms',
    });
  for (const name of names.length > 0 ? names : Object.keys(FAULTS)) {
    const row = await runFault(deployment, urls, name);
    print(row);
    broken ||= row.lost > 0 || row.doubled > 0 || row.accepted === 0;
  }
  const row = await reconcile(deployment);
  print(row);
  broken ||= row.lost > 0 || row.doubled > 0;
} finally {
  await deployment.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit(broken ? 1 : 0);
