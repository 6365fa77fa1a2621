/**
 * `npm run bench [-- NAME…] [--json]`: builds, then runs the named benchmarks (all of them without a name), each
 * beside its floor in the same run.
 *
 * A benchmark is a module `scripts/bench/<name>.mjs` exporting `run(): Promise<Row[]>` with
 * Row = {bench, value, unit, floor, floor_name, ratio}; what it starts it stops. Programs that a benchmark needs
 * beside itself lie in `scripts/bench/<name>/`. Progress belongs on stderr: stdout is the table, or with --json
 * one line a row. A row whose floor is a bound (floor_name `bound`) fails the run when it is above.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const COLUMNS = ['bench', 'value', 'unit', 'floor', 'floor_name', 'ratio'];

const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const asJson = process.argv.includes('--json');
const known = readdirSync(join(ROOT, 'scripts/bench'))
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => file.slice(0, -'.mjs'.length))
  .sort();
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are: ${known.join(', ')}`);
  process.exit(2);
}

build();
let failed = false;
for (const name of names.length > 0 ? names : known) {
  console.error(`bench ${name} …`);
  try {
    const { run } = await import(`./bench/${name}.mjs`);
    const rows = await run();
    print(rows);
    for (const row of rows.filter(({ floor_name, ratio }) => floor_name === 'bound' && ratio > 1)) {
      failed = true;
      console.error(`${row.bench}: ${show(row.value)} ${row.unit} where ${row.floor} are the bound`);
    }
  } catch (error) {
    failed = true;
    console.error(`bench ${name} failed:`, error);
  }
}
process.exit(failed ? 1 : 0);

function build() {
  const { status } = spawnSync('npm', ['run', '-s', 'build'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}

function print(rows) {
  if (asJson) {
    for (const row of rows) console.log(JSON.stringify(Object.fromEntries(COLUMNS.map((c) => [c, row[c]]))));
    return;
  }
  const cells = [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => show(row[column])))];
  const widths = COLUMNS.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  for (const line of cells) console.log(line.map((cell, i) => cell.padEnd(widths[i])).join('  '));
}

function show(value) {
  if (typeof value !== 'number') return String(value ?? '–');
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(3);
}
