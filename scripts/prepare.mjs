// Makes a clone ready to run: installs dependencies and builds, each only when something changed since last time.
// Runs before anything is installed, so it uses nothing but what Node 20 brings along.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dashboard = join(root, 'apps', 'dashboard');
const OLDEST_NODE = 20;

function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function run(command, args, failure) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) fail(`${failure}${error ? ` (${error.message})` : ''}`);
}

function step(stampPath, fingerprint, announcement, act) {
  if (existsSync(stampPath) && readFileSync(stampPath, 'utf8') === fingerprint) return;
  process.stderr.write(`${announcement}\n`);
  act();
  mkdirSync(dirname(stampPath), { recursive: true });
  writeFileSync(stampPath, fingerprint);
}

function hashOf(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

/** Name, size and time of every source file: enough to see an edit, quick enough for every start. */
function sourceListing(folder) {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort()
    .map((path) => {
      const { size, mtimeMs } = statSync(path);
      return `${path}:${size}:${mtimeMs}`;
    });
}

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  fail(`Footfall needs Node.js ${OLDEST_NODE} or newer to start; this is ${process.versions.node}.`);
}

const lockfile = readFileSync(join(root, 'package-lock.json'));
step(
  join(root, 'node_modules', '.footfall-installed'),
  hashOf([lockfile, process.platform, process.arch]),
  'Installing dependencies (once, about a minute) …',
  () =>
    run(
      'npm',
      ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
      'The installation failed; the lines above say why. Check the network and run the command again.',
    ),
);
const services = [...sourceListing('apps'), ...sourceListing('libs')].filter(
  (line) => !line.startsWith(dashboard),
);
step(join(root, 'dist', '.services-built'), hashOf([lockfile, ...services]), 'Building …', () =>
  run('npm', ['run', '--silent', 'build:services'], 'The build failed; the lines above say where.'),
);
step(
  join(root, 'dist', '.dashboard-built'),
  hashOf([lockfile, ...sourceListing('apps/dashboard')]),
  'Building the dashboard …',
  () =>
    run(
      'npm',
      ['run', '--silent', 'build:dashboard'],
      'The dashboard could not be built; the lines above say where.',
    ),
);
