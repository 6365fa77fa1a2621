import { setImmediate, setTimeout } from 'node:timers/promises';
import type { CommittedRecords } from './fresh-records.js';
import { JournalUnavailableError } from './journal-errors.js';
import { HEADER_BYTES, MAX_PAYLOAD_BYTES, RecordEncoder } from './record.js';
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
  onCommit: (commit: CommittedRecords & { bytes: number; syncMs: number }) => void;
}

/** Records that share one write, one sync and one promise. */
class Group {
  readonly texts: string[] = [];
  readonly since = Date.now();
  chars = 0;
  private readonly outcome = Promise.withResolvers<void>();
  readonly committed = this.outcome.promise;
  readonly resolve = this.outcome.resolve;
  readonly reject = this.outcome.reject;

  add(text: string): void {
    this.texts.push(text);
    this.chars += text.length;
  }
}

/** What may wait for the disk in memory, in characters. */
const MAX_WAITING = 16 * 1024 * 1024;
/** A group of so many records says that the next one, too, is worth waiting for. */
const BUSY_GROUP = 4;
/** How long a busy journal gathers its next group, about: a sync costs what several redirects cost. */
const GATHER_MS = 1;

/**
 * Group commit: whatever waits goes out with one write and one fdatasync, then every append of the group resolves.
 * After a failed write the segment is left at its last synced byte and never written again, because a kernel that
 * failed a sync may have dropped the pages.
 */
export class JournalWriter {
  private readonly encoder = new RecordEncoder();
  private waiting: Group | undefined;
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
    this.waiting ??= new Group();
    this.waiting.add(text);
    this.waitingChars += text.length;
    this.running ??= this.run();
    return this.waiting.committed;
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
    await setImmediate();
    for (let group = this.takeWaiting(); group; group = this.takeWaiting()) {
      await this.commit(group);
      if (group.texts.length >= BUSY_GROUP) await setTimeout(GATHER_MS);
    }
    this.running = undefined;
  }

  private async commit(group: Group): Promise<void> {
    const stall = this.watchForStall(group);
    try {
      const { bytes, ends } = this.encoder.encode(group.texts);
      const { segment, file } = await this.currentSegment(bytes.length);
      await file.write(bytes, segment.end);
      const syncStart = performance.now();
      if (this.options.sync === 'fdatasync') await file.datasync();
      const syncMs = performance.now() - syncStart;
      const start = { segment: segment.number, offset: segment.end };
      segment.end += bytes.length;
      group.resolve();
      this.options.onCommit({
        start,
        texts: group.texts,
        ends: ends.map((end) => start.offset + end),
        bytes: bytes.length,
        syncMs,
      });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.retryAt = Date.now() + this.options.retryMs;
      this.rejectWith(new JournalUnavailableError(`journal write failed: ${reason}`, { cause }), group);
      await this.abandonSegment();
    } finally {
      clearTimeout(stall);
      this.isStalled = false;
      this.waitingChars -= group.chars;
    }
  }

  /** Rejects the group, and whoever waits behind it, once it has waited `stallMs`. */
  private watchForStall(group: Group): NodeJS.Timeout {
    const left = Math.max(1, this.options.stallMs - (Date.now() - group.since));
    return globalThis.setTimeout(() => {
      this.isStalled = true;
      this.rejectWith(
        new JournalUnavailableError(`journal write took over ${this.options.stallMs} ms`),
        group,
      );
    }, left);
  }

  private rejectWith(error: JournalUnavailableError, group: Group): void {
    group.reject(error);
    const behind = this.takeWaiting();
    if (!behind) return;
    this.waitingChars -= behind.chars;
    behind.reject(error);
  }

  private takeWaiting(): Group | undefined {
    const { waiting } = this;
    this.waiting = undefined;
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
