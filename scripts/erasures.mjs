// npm run erasures -- export <file>: writes what was erased up to now, naming nobody, to be kept beside backups.
// npm run erasures -- replay [file]: after a restore, has everything erased again that the database or the file knows of.
// On the running system, or on analytics' DATABASE_URL. The file - is standard output or input.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import {
  countUnfinished,
  erasureExport,
  exportErasures,
  replayErasures,
} from '../dist/apps/analytics-service/src/privacy/erasure-export.js';
import { getDatabaseUrl } from './running-database.mjs';

const USAGE = `Usage: npm run erasures -- export <file>
       npm run erasures -- replay [file]`;
const say = (line) => process.stderr.write(`${line}\n`);

async function exportTo(dataSource, file) {
  const known = await exportErasures(dataSource);
  const text = `${JSON.stringify(known, undefined, 2)}\n`;
  if (file === '-') return process.stdout.write(text);
  // Beside its place first: a list that is there is whole.
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  say(`${known.erasures.length} erasures in ${file}.`);
}

async function replay(dataSource, file) {
  const known = file && erasureExport.parse(JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')));
  const count = await replayErasures(dataSource, known);
  say(`${count} erasures to be done again …`);
  for (let left = count; left > 0; left = await countUnfinished(dataSource)) await sleep(500);
  say('All of them are done.');
}

const [action, file, ...more] = process.argv.slice(2);
const isRight = more.length === 0 && ((action === 'export' && file) || action === 'replay');
if (!isRight) {
  say(USAGE);
  process.exit(1);
}
const dataSource = new DataSource({
  type: 'postgres',
  url: getDatabaseUrl(),
  extra: { options: '-c search_path=analytics' },
});
try {
  await dataSource.initialize();
  await (action === 'export' ? exportTo : replay)(dataSource, file);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  if (dataSource.isInitialized) await dataSource.destroy();
}
