import type { Readable } from 'node:stream';

/** Keeps files under keys `<user>/<id>`. A file appears whole or not at all. */
export interface DocumentStore {
  /** Resolves when the bytes would survive a power cut. Writing a key again replaces its file. */
  write(key: string, bytes: Uint8Array): Promise<void>;
  /** The file's bytes, streamed, or undefined when there is none. */
  find(key: string): Promise<StoredFile | undefined>;
  /** Does nothing when there is no such file. */
  remove(key: string): Promise<void>;
  /** Removes every file whose key begins so, and what unfinished writing left there; `folder` ends with a slash. */
  removeFolder(folder: string): Promise<void>;
  /** Every file there is, in no order, with what unfinished writing left behind. */
  list(): AsyncIterable<ListedFile>;
  /** Lets go of connections; nothing may be asked of the store afterwards. */
  close(): Promise<void>;
}

export interface StoredFile {
  stream: Readable;
  size: number;
}

export interface ListedFile {
  key: string;
  writtenAt: Date;
}

/** Key of a user's file, valid on every file system whatever the user's id. */
export function storageKey(userId: string, id: string): string {
  // `:` is no character for Windows; a user called `..` must not lead out of the folder.
  const user = userId.replaceAll(':', '=').replace(/^\./, '=.');
  return `${user}/${id}`;
}
