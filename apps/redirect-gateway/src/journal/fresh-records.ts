import type { Position } from './cursor-file.js';

/** One commit's records, where they begin, and where each of them ends in the segment. */
export interface CommittedRecords {
  start: Position;
  texts: readonly string[];
  ends: readonly number[];
}

/** What is held for a reader, in characters; one that falls further behind reads from the disk. */
const MAX_CHARS = 1024 * 1024;

/** The records committed last, so that a relay that keeps up need not read them from the disk, check and decode them. */
export class FreshRecords {
  private start: Position = { segment: -1, offset: 0 };
  private texts: string[] = [];
  private ends: number[] = [];
  private chars = 0;

  add({ start, texts, ends }: CommittedRecords): void {
    const end = this.ends.at(-1) ?? this.start.offset;
    const isNext = start.segment === this.start.segment && start.offset === end;
    if (!isNext || this.chars > MAX_CHARS) this.beginAt(start);
    for (const text of texts) {
      this.texts.push(text);
      this.chars += text.length;
    }
    for (const offset of ends) this.ends.push(offset);
  }

  /** Hands over up to `limit` records from `at` on, and where they end; undefined when they are to be read from disk. */
  take({ segment, offset }: Position, limit: number): { records: string[]; end: Position } | undefined {
    if (segment !== this.start.segment) return undefined;
    const first = offset === this.start.offset ? 0 : this.ends.indexOf(offset) + 1;
    if (first === 0 && offset !== this.start.offset) return undefined;
    const records = this.texts.slice(first, first + limit);
    if (records.length === 0) return undefined;
    const end = { segment, offset: this.ends[first + records.length - 1] ?? offset };
    for (const { length } of this.texts.splice(0, first + records.length)) this.chars -= length;
    this.ends.splice(0, first + records.length);
    this.start = end;
    return { records, end };
  }

  private beginAt(start: Position): void {
    this.start = start;
    this.texts = [];
    this.ends = [];
    this.chars = 0;
  }
}
