// npm run soak [-- --minutes N] [--rate CLICKS_PER_SECOND]: the split deployment under half of what it bears, with
// documents and reports. Prints how memory, handles, disk and lag began, ended and rose. Exit code 1 when a click was
// lost or counted twice, or when memory or handles rise beyond their bounds.
import { randomInt } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Readings } from './soak/readings.mjs';
import { fitSlope } from './soak/slope.mjs';
import { SteadyLoad } from './soak/steady-load.mjs';
import { portsFrom, SplitDeployment } from './split-deployment.mjs';

const SAMPLE_MS = 5_000;
/** Share of the run that warms up: caches fill and code is compiled. */
const WARM_UP = 0.3;
/**
 * How much a process may grow: so much an hour for good, and so much in any run, which heaps and pools take until they
 * have settled. A slope counts as beyond it when it still is with two standard errors taken off.
 */
const BOUNDS = { 'memory, MB': { perHour: 20, perRun: 40 }, handles: { perHour: 5, perRun: 10 } };
const DRAIN_DEADLINE_MS = 120_000;
const SPRINT = { connections: 32, ms: 5_000 };

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, rate: { type: 'string' } },
});
const runMs = Number(values.minutes) * 60_000;
if (!(runMs > 0) || (values.rate && !(Number(values.rate) > 0))) {
  process.stderr.write('npm run soak -- --minutes N [--rate CLICKS_PER_SECOND]\n');
  process.exit(1);
}

const say = (line) => process.stderr.write(`${line}\n`);
const dataDir = mkdtempSync(join(tmpdir(), 'footfall-soak-'));
// As root, PostgreSQL runs under an account of its own, which must be able to enter.
chmodSync(dataDir, 0o711);
const deployment = new SplitDeployment({
  dataDir,
  ports: portsFrom(randomInt(20_000, 40_000)),
  env: { LOG_LEVEL: 'warn' },
  say,
});
const readings = new Readings(deployment, dataDir);
let isGood = false;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void leave().then(() => process.exit(1)));

try {
  await deployment.start();
  await readings.open();
  const load = new SteadyLoad(deployment.url);
  await load.mint();
  const rate = values.rate ? Number(values.rate) : await findHalfLoad(load);
  say(`${rate} clicks a second for ${values.minutes} minutes`);
  await runAndRead(load, rate);
  const stored = await drain(load);
  await load.close();
  const [isFlat, isComplete] = [report(), tell(load, stored)];
  isGood = isFlat && isComplete;
} catch (error) {
  say(error.stack);
} finally {
  await leave();
}
process.exit(isGood ? 0 : 1);

/** Half of the clicks that were answered and stored by the time that took. */
async function findHalfLoad(load) {
  const start = performance.now();
  await load.sprint(SPRINT);
  await drain(load);
  return Math.max(1, Math.round((load.accepted * 500) / (performance.now() - start)));
}

async function runAndRead(load, perSecond) {
  const start = performance.now();
  const read = async () => {
    while (performance.now() - start < runMs) {
      await readings.take((performance.now() - start) / 3_600_000);
      await sleep(SAMPLE_MS);
    }
  };
  await Promise.all([load.run({ perSecond, ms: runMs }), read()]);
}

/** Rows there are once every accepted click has one, or the deadline is over. */
async function drain(load) {
  for (const deadline = Date.now() + DRAIN_DEADLINE_MS; ; ) {
    const stored = await readings.countStored();
    if (stored >= load.accepted || Date.now() > deadline) return stored;
    await sleep(250);
  }
}

function report() {
  const rows = [...readings.series].map(([name, points]) => {
    const steady = points.slice(Math.floor(points.length * WARM_UP));
    const { slope, error } = fitSlope(steady);
    const hours = steady.at(-1).x - steady[0].x;
    const [, bound] = Object.entries(BOUNDS).find(([kind]) => name.endsWith(kind)) ?? [];
    const isBeyond = bound !== undefined && slope - 2 * error > bound.perHour + bound.perRun / hours;
    return { name, start: points[0].y, end: points.at(-1).y, slope, error, isBeyond };
  });
  process.stdout.write(
    `${'reading'.padEnd(34)}${['start', 'end', 'slope/h', '± s.e.'].map((t) => t.padStart(11)).join('')}\n`,
  );
  for (const { name, start, end, slope, error, isBeyond } of rows) {
    const cells = [start, end, slope, error].map((value) => value.toFixed(2).padStart(11)).join('');
    process.stdout.write(`${name.padEnd(34)}${cells}${isBeyond ? '  beyond its bound' : ''}\n`);
  }
  return rows.every(({ isBeyond }) => !isBeyond);
}

/** A click whose answer never came may have been stored all the same. */
function tell({ accepted, failed, documents, reports }, stored) {
  process.stdout.write(
    `accepted ${accepted}, stored ${stored}, failed ${failed}; ${documents} documents, ${reports} reports\n`,
  );
  return stored >= accepted && stored <= accepted + failed;
}

async function leave() {
  await readings.close().catch(() => undefined);
  await deployment.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
