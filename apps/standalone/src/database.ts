import { join } from 'node:path';
import { type LocalPostgres, lockDirectory, provisionDatabase, startLocalPostgres } from '#platform';
import type { StandaloneSettings } from './config.js';

const SCHEMAS = ['links', 'documents', 'analytics'] as const;

/** Each service's own database address, and how to let go of what was started for them. */
export interface StandaloneDatabase {
  urls: Record<(typeof SCHEMAS)[number], string>;
  stop(): Promise<void>;
}

/**
 * The embedded PostgreSQL in the data directory, or the one that DATABASE_URL names; either way every service gets a
 * role and a schema of its own. Throws DataDirectoryInUseError when another process works on the data directory.
 */
export async function openDatabase(settings: StandaloneSettings): Promise<StandaloneDatabase> {
  const lock = lockDirectory(settings.DATA_DIR);
  let postgres: LocalPostgres | undefined;
  const stop = async () => {
    await postgres?.stop();
    lock.release();
  };
  try {
    postgres = settings.DATABASE_URL ? undefined : await startEmbedded(settings.DATA_DIR);
    const adminUrl = settings.DATABASE_URL ?? postgres?.url ?? '';
    const urls = await provisionDatabase({ adminUrl, schemas: SCHEMAS });
    return { urls, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function startEmbedded(dataDir: string): Promise<LocalPostgres> {
  return startLocalPostgres({
    dataDir: join(dataDir, 'postgres'),
    say: (line) => process.stderr.write(`${line}\n`),
  });
}
