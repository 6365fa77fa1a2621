import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { QueueName } from '#contracts';
import type { DeadRecord } from './delivery.js';

/** A line of the file: what was parked, when and why. */
export interface DeadLetter {
  parked_at: string;
  queue: string;
  reason: string;
  /** The text as it was published. */
  event: string;
}

/** The dead letters of one queue, a JSON line each, on this machine's disk: `<dataDir>/dead-letters/<queue>.ndjson`. */
export class DeadLetterFile {
  readonly path: string;
  private last: Promise<void> = Promise.resolve();

  constructor(
    dataDir: string,
    private readonly queue: QueueName,
  ) {
    this.path = join(dataDir, 'dead-letters', `${queue}.ndjson`);
  }

  /** Resolves when the records are on disk. One append at a time. */
  append(records: readonly DeadRecord[]): Promise<void> {
    const next = this.last.then(() => this.write(records));
    this.last = next.catch(() => undefined);
    return next;
  }

  /** Every whole line; a line torn by a crash is left out. */
  async read(): Promise<DeadLetter[]> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
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

/** A new file's name is durable only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
