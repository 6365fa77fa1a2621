import { isBefore, type Position } from './cursor-file.js';
import { deleteSegment, listSegments, type Segment, segmentAt } from './segment-files.js';

/** The segments of a directory in order, and the next number. Numbers are never used twice. */
export class SegmentCatalogue {
  private segments: Segment[] = [];
  private lastNumber = 0;

  private directory = '';

  constructor(private readonly onUndeletable: (error: unknown) => void) {}

  /** Reads what an earlier run left. `cursor` may lie beyond it, when all of it was confirmed and deleted. */
  async load(directory: string, cursor: Position): Promise<void> {
    this.directory = directory;
    this.segments = await listSegments(this.directory);
    this.lastNumber = Math.max(cursor.segment, this.newest?.number ?? 0);
  }

  get count(): number {
    return this.segments.length;
  }

  get newest(): Segment | undefined {
    return this.segments.at(-1);
  }

  get bytes(): number {
    let sum = 0;
    for (const { end } of this.segments) sum += end;
    return sum;
  }

  /** The segment that holds `at`, or else the next one. */
  findFrom(at: Position): Segment | undefined {
    return this.segments.find(({ number }) => number >= at.segment);
  }

  /** Bytes before `cursor` in the segment it lies in; the segments before that one are about to be deleted. */
  confirmedBytes(cursor: Position): number {
    const segment = this.segments.find(({ number }) => number === cursor.segment);
    return segment ? Math.min(cursor.offset, segment.end) : 0;
  }

  add(): Segment {
    this.lastNumber += 1;
    const segment = segmentAt(this.directory, this.lastNumber);
    this.segments.push(segment);
    return segment;
  }

  /**
   * Deletes the sealed segments that lie wholly before `cursor`, and the empty ones that failed writes left. A
   * segment that may still be written to stays, however far the cursor is.
   */
  async prune(cursor: Position, beforeDeleting: (segment: Segment) => Promise<void>): Promise<void> {
    const done = this.segments.filter(
      (segment) => segment.isSealed && (segment.end === 0 || isConfirmed(segment, cursor)),
    );
    for (const segment of done) {
      try {
        await beforeDeleting(segment);
        await deleteSegment(segment);
        this.segments = this.segments.filter((kept) => kept !== segment);
      } catch (error) {
        this.onUndeletable(error);
      }
    }
  }
}

export function isConfirmed({ number, end }: Segment, cursor: Position): boolean {
  return !isBefore(cursor, { segment: number, offset: end });
}
