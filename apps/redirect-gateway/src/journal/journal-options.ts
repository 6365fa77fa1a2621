import type { OpenSegmentFile } from './segment-files.js';

export interface JournalOptions {
  directory: string;
  /** Whether `directory` is the folder of several journals, of which this one takes the first that is free. */
  isShared?: boolean;
  /** `none` leaves syncing to the kernel: a power cut may lose acknowledged records, a kill -9 still does not. */
  sync: 'fdatasync' | 'none';
  /** Appends reject with `JournalFullError` beyond this; the relay catching up makes room. */
  maxBytes: number;
  segmentBytes?: number;
  stallMs?: number;
  retryMs?: number;
  /** A current segment older than this ends once all of it is confirmed, so that no visitor's facts linger. */
  segmentMaxAgeMs?: number;
  onCommit?: (commit: { records: number; bytes: number; syncMs: number }) => void;
  /** Something went wrong that no caller can be told. */
  onProblem?: (problem: string, cause: unknown) => void;
  openFile?: OpenSegmentFile;
}
