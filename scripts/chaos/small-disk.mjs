// A disk of a few megabytes in memory, to be filled to the last byte. Needs root.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const SIZE = '16m';

export class SmallDisk {
  /** Where it is mounted. @param {string} path */
  constructor(path) {
    this.path = path;
  }

  /** Throws when this account may not mount. */
  mount() {
    mkdirSync(this.path, { recursive: true });
    const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', this.path], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`a full disk needs root, to mount a small one: ${stderr.trim()}`);
  }

  unmount() {
    spawnSync('umount', [this.path]);
  }

  /** Takes what is free at present, to the last byte. */
  fill() {
    const file = openSync(join(this.path, 'filler'), 'a');
    try {
      // Smaller and smaller pieces, until not one byte fits.
      for (const size of [1 << 20, 4096, 1]) {
        for (;;) if (!writePiece(file, Buffer.alloc(size))) break;
      }
    } finally {
      closeSync(file);
    }
  }

  free() {
    rmSync(join(this.path, 'filler'), { force: true });
  }
}

function writePiece(file, piece) {
  try {
    return writeSync(file, piece) === piece.length;
  } catch (error) {
    if (error.code === 'ENOSPC') return false;
    throw error;
  }
}
