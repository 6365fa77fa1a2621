import { JournalUnavailableError } from './journal-errors.js';
import { encodeRecords, HEADER_BYTES, MAX_PAYLOAD_BYTES } from './record.js';
import {
  createSegmentFile,
  cutSegment,
  fillAhead,
  type OpenSegmentFile,
  type Segment,
  type SegmentFile,
} from './segment-files.js';

export interface JournalWriterOptions {
  sync: 'fdatasync' | 'none';
  segmentBytes: number;
  /** An append that has not settled after this time rejects; the disk may still take the record later. */
  stallMs: number;
  /** After a failed write, appends reject at once for this long before the disk is tried again. */
  retryMs: number;
  openFile?: OpenSegmentFile;
  /** A new segment, numbered above every other one. */
  nextSegment: () => Segment;
  /** Why the records waiting cannot be taken, for reasons other than the disk's. */
  findRefusal: (waitingBytes: number) => JournalUnavailableError | undefined;
  onCommit: (commit: { records: number; bytes: number; syncMs: number }) => void;
}

interface Waiting {
  text: string;
  since: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** What may wait for the disk in memory, in characters. */
const MAX_WAITING = 16 * 1024 * 1024;

/**
 * Group commit: whatever waits goes out with one write and one fdatasync, then every append of the group resolves.
 * After a failed write the segment is left at its last synced byte and never written again, because a kernel that
 * failed a sync may have dropped the pages.
 */
export class JournalWriter {
  private waiting: Waiting[] = [];
  private waitingChars = 0;
  private running: Promise<void> | undefined;
  private isStalled = false;
  private retryAt = 0;
  private current: { segment: Segment; file: SegmentFile; since: number } | undefined;

  constructor(private readonly options: JournalWriterOptions) {}

  /** The segment that still grows. */
  get segment(): Segment | undefined {
    return this.current?.segment;
  }

  /** Whether an append can succeed as far as is known now; the reason when not. */
  get problem(): JournalUnavailableError | undefined {
    return this.findProblem(0);
  }

  private findProblem(chars: number): JournalUnavailableError | undefined {
    if (this.isStalled) return new JournalUnavailableError('the disk does not answer');
    if (Date.now() < this.retryAt) return new JournalUnavailableError('the last write failed');
    if (this.waitingChars > MAX_WAITING) return new JournalUnavailableError('too much waits for the disk');
    return this.options.findRefusal(this.waitingChars + chars);
  }

  append(text: string): Promise<void> {
    const problem = this.findProblem(text.length + HEADER_BYTES);
    if (problem) return Promise.reject(problem);
    if (text.length * 3 > MAX_PAYLOAD_BYTES && Buffer.byteLength(text) > MAX_PAYLOAD_BYTES) {
      return Promise.reject(new JournalUnavailableError(`record of ${text.length} characters is too long`));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ text, since: Date.now(), resolve, reject });
      this.waitingChars += text.length;
      this.running ??= this.run();
    });
  }

  /** Ends the current segment, so that it can be deleted once confirmed; the next append starts another. */
  async seal(): Promise<void> {
    while (this.running) await this.running;
    const { current } = this;
    this.current = undefined;
    if (!current) return;
    await seal(current);
  }

  /** When the current segment was begun, ms since 1970. */
  get segmentSince(): number {
    return this.current?.since ?? Number.POSITIVE_INFINITY;
  }

  private async run(): Promise<void> {
    // Requests of the same turn of the event loop join the first group.
    await new Promise(setImmediate);
    while (this.waiting.length > 0) {
      const group = this.waiting;
      this.waiting = [];
      await this.commit(group);
    }
    this.running = undefined;
  }

  private async commit(group: Waiting[]): Promise<void> {
    const chars = group.reduce((sum, { text }) => sum + text.length, 0);
    const stall = this.watchForStall(group);
    try {
      const bytes = encodeRecords(group.map(({ text }) => text));
      const { segment, file } = await this.currentSegment(bytes.length);
      await file.write(bytes, segment.end);
      const syncStart = performance.now();
      if (this.options.sync === 'fdatasync') await file.datasync();
      segment.end += bytes.length;
      const syncMs = performance.now() - syncStart;
      for (const { resolve } of group) resolve();
      this.options.onCommit({ records: group.length, bytes: bytes.length, syncMs });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.retryAt = Date.now() + this.options.retryMs;
      const error = new JournalUnavailableError(`journal write failed: ${reason}`, { cause });
      for (const { reject } of [...group, ...this.takeWaiting()]) reject(error);
      await this.abandonSegment();
    } finally {
      clearTimeout(stall);
      this.isStalled = false;
      this.waitingChars -= chars;
    }
  }

  /** Rejects the group, and whoever waits behind it, once its oldest append has waited `stallMs`. */
  private watchForStall(group: Waiting[]): NodeJS.Timeout {
    const oldest = group[0]?.since ?? Date.now();
    const left = Math.max(1, this.options.stallMs - (Date.now() - oldest));
    return setTimeout(() => {
      this.isStalled = true;
      const error = new JournalUnavailableError(`journal write took over ${this.options.stallMs} ms`);
      for (const { reject } of [...group, ...this.takeWaiting()]) reject(error);
    }, left);
  }

  private takeWaiting(): Waiting[] {
    const waiting = this.waiting;
    this.waiting = [];
    for (const { text } of waiting) this.waitingChars -= text.length;
    return waiting;
  }

  private async currentSegment(bytes: number) {
    const { current } = this;
    if (current && (current.segment.end === 0 || current.segment.end + bytes <= this.options.segmentBytes)) {
      return current;
    }
    this.current = undefined;
    if (current) await seal(current);
    const segment = this.options.nextSegment();
    try {
      const file = await (this.options.openFile ?? createSegmentFile)(segment.path);
      const filled = fillAhead(file, this.options.segmentBytes);
      this.current = { segment, file: filled, since: Date.now() };
      return this.current;
    } catch (error) {
      segment.isSealed = true;
      throw error;
    }
  }

  private async abandonSegment(): Promise<void> {
    const abandoned = this.current;
    this.current = undefined;
    if (!abandoned) return;
    await seal(abandoned).catch(() => undefined);
  }
}

async function seal({ segment, file }: { segment: Segment; file: SegmentFile }): Promise<void> {
  await cutSegment(segment);
  segment.isSealed = true;
  await file.close();
}
