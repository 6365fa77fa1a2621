import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { lockDirectory } from '../directory-lock.js';
import { freePort } from '../free-port.js';
import { findPostgresHome, type PostgresHome } from './postgres-home.js';
import { type ServerProcess, startServerProcess } from './server-process.js';

const ACCOUNT = 'footfall';
const READY_TIMEOUT_MS = 60_000;

export interface LocalPostgresOptions {
  /** Belongs to this server alone; created if absent. May hold spaces. */
  dataDir: string;
  /** Default: a free one. */
  port?: number;
  /** Created if absent. */
  database?: string;
  /** False trades the safety of the data for speed (`fsync=off`): for tests. */
  durable?: boolean;
  /** Tells the user what happens, one sentence at a time. */
  say(line: string): void;
}

export interface LocalPostgres {
  /** With its password; also in `<dataDir>/connection-url` (mode 0600) while the server runs. */
  url: string;
  port: number;
  /** Where the cluster lies: outside the data directory when the server's account cannot enter that. */
  clusterDir: string;
  stop(): Promise<void>;
}

/**
 * Runs a private PostgreSQL on 127.0.0.1 from the programs of the npm package. The first start makes the cluster
 * (about a second), later ones take some tens of milliseconds. A server that a killed process left behind is stopped
 * first. Throws DataDirectoryInUseError when a live process runs one on the same directory.
 */
export async function startLocalPostgres(options: LocalPostgresOptions): Promise<LocalPostgres> {
  const { say, database = ACCOUNT } = options;
  const dataDir = resolve(options.dataDir);
  const lock = lockDirectory(dataDir);
  try {
    const home = findPostgresHome(dataDir, say);
    const password = readPassword(dataDir);
    await stopOrphan(home);
    if (!existsSync(join(home.clusterDir, 'PG_VERSION'))) createCluster(home, dataDir, password);
    const { server, port } = await startServer(home, options);
    const url = `postgres://${ACCOUNT}:${password}@127.0.0.1:${port}/${database}`;
    await createDatabase(url, database);
    const urlFile = join(dataDir, 'connection-url');
    writeFileSync(urlFile, `${url}\n`, { mode: 0o600 });
    return {
      url,
      port,
      clusterDir: home.clusterDir,
      async stop() {
        rmSync(urlFile, { force: true });
        await server.stop('SIGINT', 30_000);
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function readPassword(dataDir: string): string {
  const file = join(dataDir, 'password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('hex'), { mode: 0o600, flush: true });
  return readFileSync(file, 'utf8').trim();
}

/** Makes the cluster beside its place and renames it there: a kill midway leaves nothing that looks like one. */
function createCluster(home: PostgresHome, dataDir: string, password: string): void {
  const half = `${home.clusterDir}.new`;
  const passwordFile = `${home.clusterDir}.password`;
  rmSync(half, { recursive: true, force: true });
  mkdirSync(half, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (home.identity) {
    chownSync(half, home.identity.uid, home.identity.gid);
    chownSync(passwordFile, home.identity.uid, home.identity.gid);
  }
  const made = spawnSync(
    join(home.binDir, 'initdb'),
    [
      `--pgdata=${half}`,
      `--username=${ACCOUNT}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
    ],
    { ...home.identity, cwd: '/', encoding: 'utf8' },
  );
  rmSync(passwordFile, { force: true });
  if (made.status !== 0) {
    throw new Error(
      `PostgreSQL could not make its data directory in ${dataDir}: ${made.error ?? made.stderr}`,
    );
  }
  rmSync(home.clusterDir, { recursive: true, force: true });
  renameSync(half, home.clusterDir);
}

async function startServer(
  home: PostgresHome,
  options: LocalPostgresOptions,
): Promise<{ server: ServerProcess; port: number }> {
  const port = options.port ?? (await freePort());
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port,
    max_connections: 300,
    // What was written is not kept for longer than it is needed: old log files are deleted, not reused as they are.
    wal_recycle: 'off',
    // Refusals are logged without the values that they speak of.
    log_error_verbosity: 'terse',
    ...(options.durable === false && { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const server = startServerProcess({
    command: join(home.binDir, 'postgres'),
    args: [
      '-D',
      home.clusterDir,
      ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
    ],
    env: { PATH: process.env.PATH, TZ: 'UTC', LC_ALL: 'C' },
    cwd: '/',
    logFile: join(options.dataDir, 'postgres.log'),
    identity: home.identity,
    orphanSignal: 'INT',
  });
  await waitUntilReady(home, server);
  return { server, port };
}

async function waitUntilReady(home: PostgresHome, server: ServerProcess): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if (server.hasExited()) {
      throw new Error(`PostgreSQL did not start (${await server.exited}): ${server.readLogTail()}`);
    }
    const [pid, , , , , , , status] = readPostmasterFile(home);
    if (Number(pid) === server.pid && status?.trim() === 'ready') return;
    await sleep(10);
  }
  await server.stop('SIGQUIT', 5000);
  throw new Error(`PostgreSQL was not ready within ${READY_TIMEOUT_MS / 1000} s: ${server.readLogTail()}`);
}

function readPostmasterFile(home: PostgresHome): string[] {
  const file = join(home.clusterDir, 'postmaster.pid');
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/**
 * Our lock is held, so whatever server the pid file names was left behind by a killed process: wait for its end. A
 * number that now belongs to some other program (after a reboot, in a restarted container) would stop PostgreSQL
 * from starting: the file is removed.
 */
async function stopOrphan(home: PostgresHome): Promise<void> {
  const pid = Number(readPostmasterFile(home)[0]);
  if (!pid) return;
  if (!isPostgres(pid, home)) return rmSync(join(home.clusterDir, 'postmaster.pid'), { force: true });
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
      const deadline = Date.now() + 10_000;
      while (Date.now() < deadline) {
        process.kill(pid, 0);
        await sleep(20);
      }
    } catch {
      return;
    }
  }
}

function isPostgres(pid: number, home: PostgresHome): boolean {
  try {
    const command = existsSync('/proc/self/cmdline')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout;
    return command.includes(home.clusterDir);
  } catch {
    return false;
  }
}

async function createDatabase(url: string, database: string): Promise<void> {
  const admin = new URL(url);
  admin.pathname = '/postgres';
  const client = new pg.Client(admin.href);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database]);
    if (!rowCount) await client.query(`CREATE DATABASE ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}
