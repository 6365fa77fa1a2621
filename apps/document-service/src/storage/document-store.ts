import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';

/**
 * Documents on disk, one file per document at `<folder>/<user>/<document_id>`. A file appears whole or not at all:
 * it is written beside its place, flushed, and renamed.
 */
export class DocumentStore {
  constructor(private readonly folder: string) {}

  /** Key of a document, valid on every file system whatever the user's id. */
  keyOf(userId: string, documentId: string): string {
    // `:` is no character for Windows; a user called `..` must not lead out of the folder.
    const user = userId.replaceAll(':', '=').replace(/^\./, '=.');
    return `${user}/${documentId}`;
  }

  /** Resolves when the bytes would survive a power cut. */
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

  /** The file's bytes, or undefined when it is gone. */
  async find(key: string): Promise<{ stream: Readable; size: number } | undefined> {
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
