import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { QueueName } from '#contracts';
import type { DeadLetter } from './dead-letters.js';
import type { DeadRecord } from './delivery.js';

/**
 * The dead letters of one queue, a JSON line each, on this machine's disk: `<dataDir>/dead-letters/<queue>.ndjson`.
 * Those to be delivered again wait beside it, in `<queue>.redrive.ndjson`, for the next start of their process.
 */
export class DeadLetterFile {
  readonly path: string;
  private readonly redrivePath: string;
  private last: Promise<void> = Promise.resolve();

  constructor(
    dataDir: string,
    private readonly queue: QueueName,
  ) {
    this.path = join(dataDir, 'dead-letters', `${queue}.ndjson`);
    this.redrivePath = join(dataDir, 'dead-letters', `${queue}.redrive.ndjson`);
  }

  /** Resolves when the records are on disk. One append at a time. */
  append(records: readonly DeadRecord[]): Promise<void> {
    return this.inTurn(() => this.write(records));
  }

  /** Removes the letters whose event `concerns`, in turn with appends, marked ones too; answers how many. */
  erase(concerns: (event: string) => boolean): Promise<number> {
    return this.inTurn(async () => {
      let erased = 0;
      for (const path of [this.path, this.redrivePath]) {
        const letters = await readLetters(path);
        const kept = letters.filter(({ event }) => !concerns(event));
        if (kept.length < letters.length) await replaceFile(path, kept);
        erased += letters.length - kept.length;
      }
      return erased;
    });
  }

  /** Every whole line; a line torn by a crash is left out. */
  read(): Promise<DeadLetter[]> {
    return readLetters(this.path);
  }

  /**
   * Marks the oldest for delivery at the next start and answers how many. Only while nobody appends: they are in
   * both files before they are in one, whatever cuts it short.
   */
  async redrive(limit: number): Promise<number> {
    const letters = await this.read();
    const chosen = letters.slice(0, limit);
    if (chosen.length === 0) return 0;
    await replaceFile(this.redrivePath, [...(await this.readRedriven()), ...chosen]);
    await replaceFile(this.path, letters.slice(limit));
    return chosen.length;
  }

  /** What {@link redrive} has marked. */
  readRedriven(): Promise<DeadLetter[]> {
    return readLetters(this.redrivePath);
  }

  /** After everything marked was stored, or parked anew. */
  async forgetRedriven(): Promise<void> {
    await rm(this.redrivePath, { force: true });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.last.then(work);
    this.last = next.then(
      () => undefined,
      () => undefined,
    );
    return next;
  }

  private async write(records: readonly DeadRecord[]): Promise<void> {
    if (records.length === 0) return;
    await mkdir(dirname(this.path), { recursive: true });
    const parkedAt = new Date().toISOString();
    const lines = records.map(({ body, reason }) => {
      const letter: DeadLetter = { parked_at: parkedAt, queue: this.queue, reason, event: body };
      return `${JSON.stringify(letter)}\n`;
    });
    const file = await open(this.path, 'a+', 0o600);
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(size - 1, 0));
      const isTorn = size > 0 && buffer.toString() !== '\n';
      await file.appendFile((isTorn ? '\n' : '') + lines.join(''));
      await file.sync();
      if (size === 0) await syncDirectory(dirname(this.path));
    } finally {
      await file.close();
    }
  }
}

async function readLetters(path: string): Promise<DeadLetter[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      return [JSON.parse(line) as DeadLetter];
    } catch {
      return [];
    }
  });
}

/** The file is the old or the new one, never half of either. */
async function replaceFile(path: string, letters: readonly DeadLetter[]): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(letters.map((letter) => `${JSON.stringify(letter)}\n`).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
  await syncDirectory(dirname(path));
}

/** A new file's name is durable only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
