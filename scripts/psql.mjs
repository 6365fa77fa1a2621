// npm run psql: psql on the running system's database; npm run psql -- --url prints its address instead.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

if (existsSync('.env')) process.loadEnvFile('.env');

/** DATABASE_URL when set, else what the embedded or private server left in its data directory while it runs. */
function findUrl() {
  if (process.env.DATABASE_URL) return process.env.DATABASE_URL;
  const folders = process.env.DATA_DIR ? [process.env.DATA_DIR] : ['./data', './data-split'];
  const file = folders.map((folder) => join(folder, 'postgres', 'connection-url')).find(existsSync);
  return file && readFileSync(file, 'utf8').trim();
}

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const url = findUrl();
if (!url)
  fail('No running database found: start the system first ("npm start"), or set DATABASE_URL or DATA_DIR.');
const args = process.argv.slice(2);
if (args.includes('--url')) {
  process.stdout.write(`${url}\n`);
} else {
  const { status, error } = spawnSync('psql', [url, ...args], { stdio: 'inherit' });
  if (error) {
    fail(
      'psql is not installed (Debian and Ubuntu: apt-get install postgresql-client). Any other client can use the address that "npm run psql -- --url" prints.',
    );
  }
  process.exitCode = status ?? 1;
}
