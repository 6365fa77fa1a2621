import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NONE =
  'No running database found: start the system first ("npm start"), or set DATABASE_URL or DATA_DIR.';

/**
 * The running system's database: DATABASE_URL or DATABASE_URL_FILE when set, else what the embedded or private server left in its data
 * directory while it runs. Ends the process with one sentence when there is none.
 */
export function getDatabaseUrl() {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const file = process.env.DATABASE_URL_FILE;
  const url = process.env.DATABASE_URL || (file ? readFileSync(file, 'utf8').trim() : readUrl());
  if (url) return url;
  process.stderr.write(`${NONE}\n`);
  process.exit(1);
}

function readUrl() {
  const folders = process.env.DATA_DIR ? [process.env.DATA_DIR] : ['./data', './data-split'];
  const file = folders.map((folder) => join(folder, 'postgres', 'connection-url')).find(existsSync);
  return file && readFileSync(file, 'utf8').trim();
}
