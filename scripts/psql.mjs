// npm run psql: psql on the running system's database; npm run psql -- --url prints its address instead.
import { spawnSync } from 'node:child_process';
import { getDatabaseUrl } from './running-database.mjs';

const MISSING =
  'psql is not installed (Debian and Ubuntu: apt-get install postgresql-client). Any other client can use the address that "npm run psql -- --url" prints.';

const url = getDatabaseUrl();
const args = process.argv.slice(2);
if (args.includes('--url')) {
  process.stdout.write(`${url}\n`);
} else {
  const { status, error } = spawnSync('psql', [url, ...args], { stdio: 'inherit' });
  if (error) process.stderr.write(`${MISSING}\n`);
  process.exitCode = status ?? 1;
}
