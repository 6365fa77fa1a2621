import { join } from 'node:path';
import pg from 'pg';
import { type DirectoryLock, lockDirectory, provisionDatabase, startLocalPostgres } from '#platform';
import type { StandaloneSettings } from './config.js';

const SCHEMAS = ['links', 'documents', 'analytics', 'access'] as const;

/** Each service's own database address, and how to let go of what was started for them. */
export interface StandaloneDatabase {
  urls: Record<(typeof SCHEMAS)[number], string>;
  stop(): Promise<void>;
}

/**
 * The embedded PostgreSQL in the data directory, where every service gets a role and a schema of its own, or the one
 * that DATABASE_URL names, used as it is. Throws DataDirectoryInUseError when another process works on the data
 * directory.
 */
export async function openDatabase(settings: StandaloneSettings): Promise<StandaloneDatabase> {
  const lock = lockDirectory(settings.DATA_DIR);
  try {
    if (!settings.DATABASE_URL) return await startEmbedded(settings.DATA_DIR, lock);
    await checkReachable(settings.DATABASE_URL);
    const url = settings.DATABASE_URL;
    return {
      urls: { links: url, documents: url, analytics: url, access: url },
      stop: async () => lock.release(),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startEmbedded(dataDir: string, lock: DirectoryLock): Promise<StandaloneDatabase> {
  const postgres = await startLocalPostgres({
    dataDir: join(dataDir, 'postgres'),
    say: (line) => process.stderr.write(`${line}\n`),
  });
  try {
    const urls = await provisionDatabase({ adminUrl: postgres.url, schemas: SCHEMAS });
    const stop = async () => {
      await postgres.stop();
      lock.release();
    };
    return { urls, stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** A person waits at the terminal: say at once what is wrong, where a service would go on trying. */
async function checkReachable(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message || String(cause) : String(cause);
    throw new Error(
      `The database that DATABASE_URL names cannot be used (${reason}): start it or correct the address, or unset DATABASE_URL for the embedded one.`,
      { cause },
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}
