import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JournalLockedError } from './journal-errors.js';

const SQLITE_BUSY = 5;

/**
 * One owner per directory, held for the life of the process.
 *
 * Node has no flock. SQLite takes the kernel's own file lock, which the kernel drops however the process dies: a
 * kill -9 leaves nothing to clean up, a reused pid means nothing, containers that share the directory see it, and
 * a second lock within the same process is refused too. The database stays empty; only its lock is used.
 */
export class DirectoryLock {
  private constructor(private readonly database: DatabaseSync) {}

  /** Throws {@link JournalLockedError} when somebody else holds it, and the plain I/O error when it cannot be tried. */
  static acquire(directory: string): DirectoryLock {
    const database = new DatabaseSync(join(directory, 'lock'), { timeout: 0 });
    const owner = join(directory, 'lock.owner');
    try {
      database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    } catch (cause) {
      database.close();
      if ((cause as { errcode?: number }).errcode !== SQLITE_BUSY) throw cause;
      throw new JournalLockedError(`journal ${directory} is in use by ${readOwner(owner)}`, { cause });
    }
    try {
      writeFileSync(owner, `process ${process.pid}`);
    } catch {
      // Only the words of somebody else's error message suffer.
    }
    return new DirectoryLock(database);
  }

  release(): void {
    this.database.close();
  }
}

function readOwner(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return 'another process';
  }
}
