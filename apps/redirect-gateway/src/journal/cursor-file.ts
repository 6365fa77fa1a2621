import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

/** A place between two records. Everything before it has been confirmed, when it is the cursor. */
export interface Position {
  /** Number of the segment. */
  segment: number;
  /** Bytes from the start of the segment. */
  offset: number;
}

export const START: Position = { segment: 0, offset: 0 };

const position = z.object({ segment: z.int().nonnegative(), offset: z.int().nonnegative() });

export function isBefore(a: Position, b: Position): boolean {
  return a.segment < b.segment || (a.segment === b.segment && a.offset < b.offset);
}

/** {@link START} when there is none or it cannot be read: then everything kept is relayed again, which is harmless. */
export async function loadCursor(directory: string): Promise<Position> {
  try {
    return position.parse(JSON.parse(await readFile(cursorPath(directory), 'utf8')));
  } catch {
    return START;
  }
}

/** Replaces the cursor as a whole: a crash leaves the old or the new one. An old one only costs repeated relaying. */
export async function saveCursor(directory: string, cursor: Position): Promise<void> {
  const temporary = `${cursorPath(directory)}.new`;
  await writeFile(temporary, JSON.stringify(cursor));
  await rename(temporary, cursorPath(directory));
}

function cursorPath(directory: string): string {
  return join(directory, 'cursor');
}
