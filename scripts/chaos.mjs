// npm run chaos [-- NAME…] [--json]: breaks a real split deployment under a steady load of clicks and counts what
// became of every one. Exit code 1 unless nothing was lost or doubled, and nothing failed while there was a gateway.
import { randomInt, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readStored, reconcile } from './chaos/accounts.mjs';
import { FAULTS } from './chaos/faults.mjs';
import { ClickLoad } from './chaos/load.mjs';
import { Receiver } from './chaos/receiver.mjs';
import { Stage } from './chaos/stage.mjs';
import { portsFrom } from './split-deployment.mjs';

const CLICKS_PER_SECOND = 200;
const LINKS = 20;
/** Load before the fault and after it has healed, ms. */
const LEAD_MS = 2_000;
const TAIL_MS = 2_000;

const json = process.argv.includes('--json');
const say = (line) => process.stderr.write(`${line}\n`);
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const unknown = names.filter((name) => !(name in FAULTS));
if (unknown.length > 0) {
  say(`There is no fault named ${unknown.join(', ')}. There are: ${Object.keys(FAULTS).join(', ')}.`);
  process.exit(1);
}

async function mintLinks(deployment, applications) {
  const paths = [];
  for (const [number, application_id] of applications.entries()) {
    const response = await fetch(`${deployment.url}/api/link-tracking/create`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        original_url: `https://calendly.com/jordan-avery/${number}`,
        link_function: 'Calendly',
        application_id,
      }),
    });
    if (!response.ok) throw new Error(`minting failed: ${response.status} ${await response.text()}`);
    const { tracking_id } = await response.json();
    paths.push(`/track/${tracking_id}`);
  }
  return paths;
}

/** One document a second, which tracking that is away must never fail, and one report. Answers what failed. */
async function keepWriting(stage, signal) {
  const failures = [];
  while (!signal.aborted) {
    const document = await ask(`${stage.url}/resume`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        personal: { full_name: 'Jordan Avery', calendly_url: 'https://calendly.com/jordan-avery/30min' },
        job_id: randomUUID(),
      }),
    });
    if (document.failure) failures.push(`a document: ${document.failure}`);
    if (stage.isDoubled) {
      // Where there is always a second instance, documents are tracked too, and reports answered.
      if (document.tracking?.fallback) failures.push(`a document's tracking: ${document.tracking.reason}`);
      const report = await ask(`${stage.url}/api/link-tracking/report?days=7`);
      if (report.failure) failures.push(`a report: ${report.failure}`);
    }
    await sleep(1_000);
  }
  return failures;
}

async function ask(url, options) {
  try {
    const response = await fetch(url, options);
    const body = await response.text();
    return response.ok ? JSON.parse(body) : { failure: `${response.status} ${body}` };
  } catch (error) {
    return { failure: String(error.cause ?? error) };
  }
}

/** Answers the row, and whether it is as promised. */
async function runFault(stage, paths, name) {
  const fault = FAULTS[name];
  const { deployment } = stage;
  const mark = `chaos-${name}-${randomUUID().slice(0, 8)}`;
  say(`${fault.title} …`);
  try {
    await fault.prepare?.(stage);
  } catch (error) {
    say(`  not tried: ${error.message}`);
    const row = { fault: name, accepted: 0, stored: 0, lost: 0, doubled: 0, failed: 0, p50: 0, p99: 0 };
    return { row, isKept: false };
  }
  const entrance = fault.throughEdge ? stage.url : `http://127.0.0.1:${deployment.ports['redirect-gateway']}`;
  const urls = paths.map((path) => entrance + path);
  const load = new ClickLoad({ urls, mark, perSecond: CLICKS_PER_SECOND });
  const documents = new AbortController();
  const writing = fault.documents ? keepWriting(stage, documents.signal) : Promise.resolve([]);
  await sleep(LEAD_MS);
  await fault.inject(stage);
  await sleep(TAIL_MS);
  documents.abort();
  await load.stop();
  const failedDocuments = await writing;
  const { stored, missing: lost } = await readStored(deployment, mark, load.accepted);
  await fault.restore?.(stage);
  const rows = [...stored.values()].reduce((sum, count) => sum + count, 0);
  const row = {
    fault: name,
    accepted: load.accepted.size,
    stored: rows,
    lost,
    doubled: rows - stored.size,
    failed: load.failures.length + failedDocuments.length,
    p50: Number(load.percentileMs(0.5).toFixed(2)),
    p99: Number(load.percentileMs(0.99).toFixed(2)),
  };
  const broken = load.failures.filter((failure) => !overlaps(failure, stage.gatewayless));
  for (const { from, to, reason } of broken.slice(0, 5)) {
    say(`  a redirect failed beside a live gateway after ${Math.round(to - from)} ms: ${reason}`);
  }
  for (const failure of failedDocuments.slice(0, 5)) say(`  failed: ${failure}`);
  const failed = broken.length + failedDocuments.length;
  return { row, isKept: lost === 0 && row.doubled === 0 && failed === 0 && row.accepted > 0 };
}

function overlaps({ from, to }, periods) {
  return periods.some(([start, end]) => from <= end && to >= start);
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
const stage = new Stage({
  dataDir,
  ports: portsFrom(randomInt(20_000, 40_000)),
  env: { LOG_LEVEL: 'warn', ALLOW_PRIVATE_WEBHOOKS: 'true' },
  say: (line) => say(`  ${line}`),
});
const receiver = new Receiver();
const applications = Array.from({ length: LINKS }, () => randomUUID());
let broken = false;
try {
  await stage.open();
  await receiver.subscribe(stage.deployment);
  const paths = await mintLinks(stage.deployment, applications);
  if (!json)
    process.stdout.write(
      `${formatRow(['fault', 'accepted', 'stored', 'lost', 'doubled', 'failed', 'p50 ms', 'p99 ms'])}\n`,
    );
  for (const name of names.length > 0 ? names : Object.keys(FAULTS)) {
    const { row, isKept } = await runFault(stage, paths, name);
    print(row);
    broken ||= !isKept;
  }
  for (const row of [await reconcile(stage.deployment), await receiver.account(applications)]) {
    print(row);
    broken ||= row.lost > 0 || row.doubled > 0;
  }
} catch (error) {
  say(error.stack);
  broken = true;
} finally {
  receiver.close();
  await stage.close();
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit(broken ? 1 : 0);
