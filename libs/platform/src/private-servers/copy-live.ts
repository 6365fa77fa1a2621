import { constants, copyFileSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Copies a folder that changes meanwhile: what is gone when its turn comes is left out. `isLeftOut` is asked with paths
 * relative to `source`. Folders keep their modes.
 */
export function copyLive(source: string, target: string, isLeftOut: (path: string) => boolean): void {
  const copy = (from: string, to: string) => {
    mkdirSync(to, { recursive: true, mode: statSync(from).mode });
    for (const entry of readdirSync(from, { withFileTypes: true })) {
      const path = join(from, entry.name);
      if (isLeftOut(relative(source, path))) continue;
      ignoreGone(() => {
        if (entry.isDirectory()) copy(path, join(to, entry.name));
        else if (entry.isFile()) copyFileSync(path, join(to, entry.name), constants.COPYFILE_FICLONE);
      });
    }
  };
  copy(source, target);
}

function ignoreGone(act: () => void): void {
  try {
    act();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
