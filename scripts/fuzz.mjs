// npm run fuzz [-- --minutes N | --inputs N] [NAME…]: hands hostile inputs to everything here that reads what strangers
// wrote. A row a target; exit code 1 when one of them broke, with what broke it and the seed that finds it again.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { ANALYTICS_TARGETS } from './fuzz/analytics-targets.mjs';
import { DOCUMENT_TARGETS } from './fuzz/document-targets.mjs';
import { GATEWAY_TARGETS } from './fuzz/gateway-targets.mjs';
import { PLATFORM_TARGETS } from './fuzz/platform-targets.mjs';

const TARGETS = [...GATEWAY_TARGETS, ...ANALYTICS_TARGETS, ...DOCUMENT_TARGETS, ...PLATFORM_TARGETS];
/** Inputs between two looks at the clock. */
const BATCH = 10;
/** Processor time that no input may take, ms: text that makes a pattern or a parser crawl is a finding too. */
const MAX_CPU_MS = 5_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '5' },
    inputs: { type: 'string', default: 'Infinity' },
    seed: { type: 'string' },
  },
});
const unknown = positionals.filter((name) => !TARGETS.some((target) => target.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `There is no target ${unknown.join(', ')}. There are: ${TARGETS.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(1);
}
const chosen = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const share = { ms: (Number(values.minutes) * 60_000) / chosen.length, inputs: Number(values.inputs) };

async function fuzz({ input, check }) {
  let tried = 0;
  const started = performance.now();
  const property = fc.asyncProperty(input, async (one) => {
    tried++;
    const before = process.cpuUsage();
    await check(one);
    const { user, system } = process.cpuUsage(before);
    if (user + system > MAX_CPU_MS * 1_000)
      throw new Error(`took ${Math.round((user + system) / 1_000)} ms of processor time`);
  });
  const seed = values.seed === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(values.seed);
  for (let batch = 0; ; batch++) {
    const numRuns = Math.min(BATCH, share.inputs - tried);
    if (numRuns <= 0 || performance.now() - started > share.ms) break;
    const result = await fc.check(property, { numRuns, seed: seed + batch, includeErrorInReport: true });
    if (result.failed) return { tried, started, report: fc.defaultReportMessage(result), seed: seed + batch };
  }
  return { tried, started };
}

const row = (cells) =>
  `${cells[0].padEnd(22)}${cells
    .slice(1)
    .map((cell) => String(cell).padStart(12))
    .join('')}\n`;
process.stdout.write(row(['target', 'inputs', 'inputs/s', 'failures']));
let [total, failures] = [0, 0];
for (const target of chosen) {
  const { tried, started, report, seed } = await fuzz(target);
  const seconds = (performance.now() - started) / 1_000;
  total += tried;
  process.stdout.write(row([target.name, tried, Math.round(tried / seconds), report ? 1 : 0]));
  if (!report) continue;
  failures++;
  process.stdout.write(`${report}\nAgain: npm run fuzz -- --seed ${seed} ${target.name}\n`);
}
process.stdout.write(`${total} inputs, ${failures} failures\n`);
process.exitCode = failures === 0 ? 0 : 1;
