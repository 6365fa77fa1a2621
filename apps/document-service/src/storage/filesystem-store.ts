import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DocumentStore, ListedFile, StoredFile } from './document-store.js';

/** Files on disk at `<folder>/<key>`: written beside their place, flushed, and renamed. */
export class FilesystemStore implements DocumentStore {
  constructor(private readonly folder: string) {}

  async write(key: string, bytes: Uint8Array): Promise<void> {
    const path = join(this.folder, key);
    const folder = dirname(path);
    await mkdir(folder, { recursive: true });
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await flushedWrite(temporary, bytes);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await flushFolder(folder);
  }

  async find(key: string): Promise<StoredFile | undefined> {
    const path = join(this.folder, key);
    try {
      const { size } = await stat(path);
      return { stream: createReadStream(path), size };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async remove(key: string): Promise<void> {
    await rm(join(this.folder, key), { force: true });
  }

  async removeFolder(folder: string): Promise<void> {
    await rm(join(this.folder, folder), { recursive: true, force: true });
  }

  async *list(): AsyncGenerator<ListedFile> {
    for (const user of await readdirOrNone(this.folder)) {
      for (const name of await readdirOrNone(join(this.folder, user))) {
        const found = await stat(join(this.folder, user, name)).catch(() => undefined);
        if (found?.isFile()) yield { key: `${user}/${name}`, writtenAt: found.mtime };
      }
    }
  }

  async close(): Promise<void> {}
}

async function readdirOrNone(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}

async function flushedWrite(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function flushFolder(path: string): Promise<void> {
  // Windows cannot open a folder; its file system keeps renames in order by itself.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
