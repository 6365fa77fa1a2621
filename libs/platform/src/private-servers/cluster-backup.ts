import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { lockDirectory } from '../directory-lock.js';
import { copyLive } from './copy-live.js';
import { findPostgresHome } from './postgres-home.js';

/** Of one server's life only: their folders are kept, empty. */
const PASSING = /^(pg_replslot|pg_dynshmem|pg_notify|pg_serial|pg_snapshots|pg_stat_tmp|pg_subtrans)\/./;
const OF_THE_PROCESS = /^postmaster\.(pid|opts)$|(^|\/)pgsql_tmp[^/]*$|(^|\/)pg_internal\.init$/;

/**
 * Copies a running cluster of this machine into `target`, while it is used: files as they are found, and the log from
 * before the first to after the last of them, from which a start on the copy puts them right. It needs no program of
 * PostgreSQL's, which the npm package does not bring. `url` is a superuser's.
 */
export async function backUpCluster({ url, target }: { url: string; target: string }): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const [{ data_directory: source }] = (await client.query('SHOW data_directory')).rows;
    // Keeps the log while it is needed; it goes with this connection.
    const slot = `backup_${process.pid}`;
    await client.query('SELECT pg_create_physical_replication_slot($1, true, true)', [slot]);
    await client.query("SELECT pg_backup_start('footfall', fast => true)");
    copyLive(
      source,
      target,
      (path) => PASSING.test(path) || OF_THE_PROCESS.test(path) || /^pg_wal\/./.test(path),
    );
    const [{ labelfile }] = (
      await client.query('SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)')
    ).rows;
    copyLive(join(source, 'pg_wal'), join(target, 'pg_wal'), (path) => path.startsWith('archive_status/'));
    writeFileSync(join(target, 'backup_label'), labelfile, { mode: 0o600 });
  } finally {
    await client.end();
  }
}

/**
 * Puts such a copy where a private server on `dataDir` looks for its cluster, and gives it to that server's account.
 * Throws when there is one, and DataDirectoryInUseError when a live process works there.
 */
export function restoreCluster(options: { source: string; dataDir: string; say(line: string): void }): void {
  const { source, dataDir, say } = options;
  mkdirSync(dataDir, { recursive: true });
  const lock = lockDirectory(dataDir);
  try {
    const { clusterDir, identity } = findPostgresHome(dataDir, say);
    if (existsSync(clusterDir) && readdirSync(clusterDir).length > 0)
      throw new Error(`There is a cluster in ${clusterDir} already: restore into a new data directory.`);
    copyLive(source, clusterDir, () => false);
    if (!identity) return;
    const owner = `${identity.uid}:${identity.gid}`;
    const { status, stderr } = spawnSync('chown', ['-R', owner, clusterDir], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`The cluster could not be given to its account: ${stderr.trim()}`);
  } finally {
    lock.release();
  }
}
