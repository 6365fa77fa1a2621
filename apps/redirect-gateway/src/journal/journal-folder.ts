import { existsSync } from 'node:fs';
import { mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { DataDirectoryInUseError, type DirectoryLock, lockDirectory } from '#platform';

import { isSegmentName } from './segment-files.js';

/** A directory that is this journal's alone until the lock is released. */
export interface ClaimedDirectory {
  directory: string;
  lock: DirectoryLock;
}

/** More journals than any machine has use for. */
const MAX_JOURNALS = 10_000;

/** Throws {@link DataDirectoryInUseError} when somebody else has it, and the plain I/O error when it cannot be used. */
export async function claimDirectory(directory: string): Promise<ClaimedDirectory> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return { directory, lock: lockDirectory(directory, 'lock') };
}

/**
 * Takes the first of `<folder>/0`, `<folder>/1`, … that is free. A worker that comes back thus finds a journal,
 * whoever has taken over its old one meanwhile.
 */
export async function claimFirstFree(folder: string): Promise<ClaimedDirectory> {
  for (let number = 0; number < MAX_JOURNALS; number += 1) {
    try {
      return await claimDirectory(join(folder, String(number)));
    } catch (error) {
      if (!(error instanceof DataDirectoryInUseError)) throw error;
    }
  }
  throw new Error(`all ${MAX_JOURNALS} journals in ${folder} are in use`);
}

/**
 * Takes the folder of all journals for one gateway, its workers included; moves what a gateway without workers of its
 * own left there to where journals are now. Throws {@link DataDirectoryInUseError} when another gateway has it; answers
 * undefined when the disk cannot be used, as a gateway redirects without.
 */
export async function claimFolder(folder: string): Promise<DirectoryLock | undefined> {
  try {
    const { lock } = await claimDirectory(folder);
    const names = await readdir(folder);
    const first = join(folder, '0');
    if (!names.some(isSegmentName) || existsSync(first)) return lock;
    await mkdir(first, { mode: 0o700 });
    for (const name of names.filter((name) => name === 'cursor' || isSegmentName(name))) {
      await rename(join(folder, name), join(first, name));
    }
    return lock;
  } catch (error) {
    if (error instanceof DataDirectoryInUseError) throw error;
    return undefined;
  }
}

/** The journals in the folder that hold anything, whether somebody works on them or not. */
export async function listFilledJournals(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const directory = join(folder, entry.name);
    if ((await readdir(directory)).some(isSegmentName)) found.push(directory);
  }
  return found;
}
