import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another live process holds the directory. */
export class DataDirectoryInUseError extends Error {
  readonly code = 'data_directory_in_use';
  override readonly name = 'DataDirectoryInUseError';

  constructor(directory: string) {
    super(
      `${directory} is in use by another running process: stop that one first, or choose another directory.`,
    );
  }
}

export interface DirectoryLock {
  release(): void;
}

/**
 * Takes a directory for this process, creating it if need be. The operating system gives the lock back when the
 * process ends, however it ends, so there are no stale locks to judge by process id: SQLite's exclusive
 * transaction is the one advisory file lock that Node brings along. Throws {@link DataDirectoryInUseError}.
 */
export function lockDirectory(directory: string, name = 'footfall.lock'): DirectoryLock {
  mkdirSync(directory, { recursive: true });
  const file = new DatabaseSync(join(directory, name));
  try {
    file.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (/locked|busy/.test(String(error))) throw new DataDirectoryInUseError(resolve(directory));
    throw error;
  }
  return { release: () => file.isOpen && file.close() };
}
