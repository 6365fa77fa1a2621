import { crc32 } from 'node:zlib';

/** u32 length and u32 CRC-32 of the payload, both big-endian, stand before each payload. */
export const HEADER_BYTES = 8;
/**
 * The longest payload. Below 2^16, so that every header starts with two zero bytes; JSON text never holds a zero
 * byte, so that no visitor can smuggle something into a payload that a search for the next record takes for one.
 */
export const MAX_PAYLOAD_BYTES = 65_535;

const HEADER_START = Buffer.from([0, 0]);
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** UTF-8 takes at most so many bytes for a UTF-16 unit. */
const MAX_UNIT_BYTES = 3;
/** What an encoder keeps between groups, bytes. */
const MAX_KEPT_BYTES = 1024 * 1024;

/** Makes the bytes of one group of records after the other, in the same memory. */
export class RecordEncoder {
  private kept = Buffer.allocUnsafe(64 * 1024);

  /**
   * The bytes of these records in order, for one write, and where each of them ends; valid until the next call. Each
   * text is a JSON object of at most {@link MAX_PAYLOAD_BYTES}.
   */
  encode(texts: readonly string[]): { bytes: Buffer; ends: number[] } {
    let bound = 0;
    for (const text of texts) bound += HEADER_BYTES + text.length * MAX_UNIT_BYTES;
    const bytes = this.roomFor(bound);
    const ends: number[] = [];
    let at = 0;
    for (const text of texts) {
      const start = at + HEADER_BYTES;
      const length = bytes.write(text, start);
      bytes.writeUInt32BE(length, at);
      bytes.writeUInt32BE(crc32(bytes.subarray(start, start + length)), at + 4);
      at = start + length;
      ends.push(at);
    }
    return { bytes: bytes.subarray(0, at), ends };
  }

  private roomFor(bound: number): Buffer {
    if (bound > MAX_KEPT_BYTES) return Buffer.allocUnsafe(bound);
    if (bound > this.kept.length) this.kept = Buffer.allocUnsafe(bound);
    return this.kept;
  }
}

/** What a piece of a segment holds. */
export interface ScannedRecords {
  records: string[];
  /** Bytes dealt with, damaged ones included: the next scan starts here. */
  consumed: number;
  /** Bytes that belong to no whole record. */
  tornBytes: number;
  /** Where the last whole record ends. */
  validEnd: number;
}

/**
 * Reads up to `limit` records. Damage costs only the records it hit: the scan goes on at the next place where a
 * whole record stands. `isFinal` says that the segment ends with `bytes`, so that a cut record is damage and not
 * just continued in the next piece; a piece that is not final must hold at least one longest record.
 */
export function scanRecords(
  bytes: Buffer,
  { limit = Number.POSITIVE_INFINITY, isFinal = true }: { limit?: number; isFinal?: boolean } = {},
): ScannedRecords {
  const found: ScannedRecords = { records: [], consumed: 0, tornBytes: 0, validEnd: 0 };
  while (found.records.length < limit && found.consumed < bytes.length) {
    const length = recordLengthAt(bytes, found.consumed);
    if (length === 'cut' && !isFinal) break;
    if (typeof length === 'number') {
      const start = found.consumed + HEADER_BYTES;
      found.records.push(bytes.toString('utf8', start, start + length));
      found.consumed = start + length;
      found.validEnd = found.consumed;
    } else {
      const next = findRecord(bytes, found.consumed + 1, isFinal);
      found.tornBytes += next - found.consumed;
      found.consumed = next;
    }
  }
  return found;
}

/** The payload length of the whole record at `at`; `cut` when it runs past the piece; `none` when nothing valid is there. */
function recordLengthAt(bytes: Buffer, at: number): number | 'cut' | 'none' {
  const left = bytes.length - at;
  if (left < HEADER_BYTES) return bytes[at] === 0 ? 'cut' : 'none';
  const length = bytes.readUInt32BE(at);
  if (length < 2 || length > MAX_PAYLOAD_BYTES) return 'none';
  const start = at + HEADER_BYTES;
  if (left > HEADER_BYTES && bytes[start] !== OPEN_BRACE) return 'none';
  if (left < HEADER_BYTES + length) return 'cut';
  if (bytes[start + length - 1] !== CLOSE_BRACE) return 'none';
  return bytes.readUInt32BE(at + 4) === crc32(bytes.subarray(start, start + length)) ? length : 'none';
}

/** Where the next record may stand from `from` on; the end of the piece when there is none. */
function findRecord(bytes: Buffer, from: number, isFinal: boolean): number {
  for (let at = from; ; at += 1) {
    at = bytes.indexOf(HEADER_START, at);
    if (at === -1) break;
    const length = recordLengthAt(bytes, at);
    if (typeof length === 'number' || (length === 'cut' && !isFinal)) return at;
  }
  // A header may begin with the very last byte of a piece that goes on.
  return !isFinal && bytes.at(-1) === 0 ? Math.max(from, bytes.length - 1) : bytes.length;
}
