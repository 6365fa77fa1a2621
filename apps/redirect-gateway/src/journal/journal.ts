import { setTimeout } from 'node:timers/promises';
import { DataDirectoryInUseError, type DirectoryLock } from '#platform';
import { isBefore, loadCursor, type Position, START, saveCursor } from './cursor-file.js';
import { FreshRecords } from './fresh-records.js';
import { JournalFullError, JournalUnavailableError } from './journal-errors.js';
import { claimDirectory, claimFirstFree } from './journal-folder.js';
import type { JournalOptions } from './journal-options.js';
import { JournalWriter } from './journal-writer.js';
import type { ScannedRecords } from './record.js';
import { isConfirmed, SegmentCatalogue } from './segment-catalogue.js';
import { findTornTail, type Segment, SegmentCutError, SegmentReader } from './segment-files.js';

const UNDELETABLE = 'journal segment cannot be deleted';
/** Confirms come hundreds a second; the cursor is saved at most this often. */
const CURSOR_PAUSE_MS = 100;

/**
 * Append-only records on the local disk, read back in order by one relay.
 *
 * - An append that resolved is there after a kill -9, and with `fdatasync` after a power cut.
 * - An append that rejected may still be there: what reads the journal must tolerate repeated events.
 * - A disk that cannot be used never throws out of here: appends reject, and every `retryMs` it is tried again.
 */
export class Journal {
  private directory: string;
  private cursor: Position = START;
  private lock: DirectoryLock | undefined;
  private opening: Promise<void> | undefined;
  private reopenAt = 0;
  private isClosed = false;
  private torn = 0;
  private saving: Promise<void> | undefined;
  private savedCursor: Position = START;
  private readonly commitListeners = new Set<() => void>();
  private readonly writer: JournalWriter;
  private readonly fresh = new FreshRecords();
  private readonly reader = new SegmentReader();
  private readonly catalogue: SegmentCatalogue;
  private readonly expiry: NodeJS.Timeout;

  private constructor(private readonly options: JournalOptions) {
    const { maxBytes, segmentMaxAgeMs = 600_000 } = options;
    this.directory = options.directory;
    this.catalogue = new SegmentCatalogue((error) => options.onProblem?.(UNDELETABLE, error));
    this.writer = new JournalWriter({
      sync: options.sync,
      segmentBytes: options.segmentBytes ?? Math.min(64 * 1024 * 1024, Math.ceil(maxBytes / 8)),
      stallMs: options.stallMs ?? 250,
      retryMs: options.retryMs ?? 1_000,
      openFile: options.openFile,
      nextSegment: () => this.catalogue.add(),
      findRefusal: (waiting) => this.findRefusal(waiting),
      onCommit: (commit) => {
        const { texts, bytes, syncMs } = commit;
        this.fresh.add(commit);
        options.onCommit?.({ records: texts.length, bytes, syncMs });
        for (const listener of this.commitListeners) listener();
      },
    });
    this.expiry = setInterval(
      () => void this.expire(segmentMaxAgeMs).catch((error) => options.onProblem?.(UNDELETABLE, error)),
      Math.min(60_000, segmentMaxAgeMs),
    );
    this.expiry.unref();
  }

  /**
   * Takes over the directory and what an earlier run left there. Throws {@link DataDirectoryInUseError} when somebody
   * else has it. A directory that cannot be used makes a journal whose appends reject until it can be.
   */
  static async open(options: JournalOptions): Promise<Journal> {
    const journal = new Journal(options);
    try {
      await journal.takeOver();
    } catch (error) {
      if (error instanceof DataDirectoryInUseError) {
        await journal.close();
        throw error;
      }
      journal.scheduleReopen(error);
    }
    return journal;
  }

  /** Resolves once the record is durable. Settles within `stallMs`; rejects with {@link JournalUnavailableError}. */
  append(text: string): Promise<void> {
    return this.writer.append(text);
  }

  /** Why appends reject right now, if they do. */
  get problem(): JournalUnavailableError | undefined {
    return this.writer.problem;
  }

  /** Bytes on disk, bytes of them not yet confirmed, and bytes found to belong to no whole record. */
  get stats() {
    const { bytes, count } = this.catalogue;
    const unconfirmedBytes = bytes - this.catalogue.confirmedBytes(this.cursor);
    return { bytes, unconfirmedBytes, tornBytes: this.torn, segments: count };
  }

  /** Calls back after every commit; answers how to stop that. */
  onCommitted(listener: () => void): () => void {
    this.commitListeners.add(listener);
    return () => this.commitListeners.delete(listener);
  }

  /**
   * Up to `limit` committed records from `from` on (default: the cursor), and where they end. None: all is read.
   * For one reader, one call at a time.
   */
  async read(from: Position | undefined, limit: number): Promise<{ records: string[]; end: Position }> {
    if (!this.lock) return { records: [], end: from ?? START };
    let at = from ?? this.cursor;
    for (;;) {
      const segment = this.catalogue.findFrom(at);
      if (!segment) return { records: [], end: at };
      const offset = segment.number === at.segment ? at.offset : 0;
      if (offset < segment.end) {
        const fresh = this.fresh.take({ segment: segment.number, offset }, limit);
        if (fresh) return fresh;
        const { records, consumed, tornBytes } = await this.readOrGiveUp(segment, offset, limit);
        this.torn += tornBytes;
        at = { segment: segment.number, offset: offset + consumed };
        if (records.length > 0) return { records, end: at };
      } else if (!segment.isSealed || segment === this.catalogue.newest) {
        return { records: [], end: at };
      } else {
        at = { segment: segment.number + 1, offset: 0 };
      }
    }
  }

  /** Everything before `position` is stored elsewhere: it is not read again and its segments go. */
  confirm(position: Position): void {
    if (!isBefore(this.cursor, position)) return;
    this.cursor = position;
    this.saving ??= this.saveAndDelete();
  }

  /** Deletes what is confirmed, and the rest as soon as it is: for records that should not linger. */
  forget(): Promise<void> {
    return this.sealAndDelete();
  }

  /** Waits for appends under way and saves the cursor. The directory is free for another journal afterwards. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.expiry);
    await this.opening;
    await this.writer.seal();
    await this.reader.close();
    await this.saving;
    if (this.lock) await this.saveAndDelete();
    this.lock?.release();
    this.lock = undefined;
  }

  /** A segment that somebody deleted or cut counts as torn; any other failure may pass and rejects. */
  private async readOrGiveUp(segment: Segment, offset: number, limit: number): Promise<ScannedRecords> {
    try {
      return await this.reader.read(segment, offset, limit);
    } catch (error) {
      const isGone = error instanceof SegmentCutError || (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!isGone) throw error;
      this.options.onProblem?.('journal segment is gone', error);
      const left = segment.end - offset;
      return { records: [], consumed: left, tornBytes: left, validEnd: 0 };
    }
  }

  private async takeOver(): Promise<void> {
    const claim = this.options.isShared ? claimFirstFree : claimDirectory;
    const { directory, lock } = await claim(this.options.directory);
    try {
      this.directory = directory;
      this.cursor = await loadCursor(directory);
      this.savedCursor = this.cursor;
      await this.catalogue.load(directory, this.cursor);
      const { newest } = this.catalogue;
      if (newest) this.torn += await findTornTail(newest);
      this.lock = lock;
    } catch (error) {
      lock.release();
      throw error;
    }
    await this.deleteConfirmed();
    for (const listener of this.commitListeners) listener();
  }

  private findRefusal(waitingBytes: number): JournalUnavailableError | undefined {
    if (this.isClosed) return new JournalUnavailableError('journal is closed');
    if (!this.lock) {
      if (Date.now() >= this.reopenAt) this.reopen();
      return new JournalUnavailableError(`journal ${this.options.directory} cannot be opened`);
    }
    const { bytes } = this.catalogue;
    if (bytes + waitingBytes < this.options.maxBytes) return undefined;
    return new JournalFullError(`journal holds ${bytes} bytes that are not yet relayed`);
  }

  private reopen(): void {
    this.opening ??= this.takeOver()
      .catch((error) => this.scheduleReopen(error))
      .finally(() => {
        this.opening = undefined;
      });
  }

  private scheduleReopen(error: unknown): void {
    this.reopenAt = Date.now() + (this.options.retryMs ?? 1_000);
    this.options.onProblem?.('journal cannot be opened', error);
  }

  private async saveAndDelete(): Promise<void> {
    while (this.savedCursor !== this.cursor) {
      const cursor = this.cursor;
      this.savedCursor = cursor;
      await saveCursor(this.directory, cursor).catch((error) =>
        this.options.onProblem?.('journal cursor cannot be saved', error),
      );
      // Also when the cursor could not be saved: deleting is what frees a full disk, and costs at most repeats.
      await this.deleteConfirmed();
      if (!this.isClosed) await setTimeout(CURSOR_PAUSE_MS);
    }
    this.saving = undefined;
  }

  private deleteConfirmed(): Promise<void> {
    return this.catalogue.prune(this.cursor, (segment) => this.reader.leave(segment));
  }

  private async expire(maxAgeMs: number): Promise<void> {
    const { segment, segmentSince } = this.writer;
    if (!segment || !isConfirmed(segment, this.cursor)) return;
    if (Date.now() - segmentSince < maxAgeMs) return;
    await this.sealAndDelete();
  }

  private async sealAndDelete(): Promise<void> {
    await this.writer.seal();
    await this.deleteConfirmed();
  }
}
