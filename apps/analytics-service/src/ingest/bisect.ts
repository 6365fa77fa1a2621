import type { RefusedEvent } from '#events';
import { isDataError } from '../database.js';

/**
 * Stores a batch that may hold a record the database refuses: halves it until the guilty records stand alone and
 * stores all others. `store` must be atomic and idempotent. Any other failure is thrown at once.
 */
export async function storeBisecting<R>(
  rows: readonly R[],
  store: (rows: readonly R[]) => Promise<void>,
  offset = 0,
): Promise<RefusedEvent[]> {
  if (rows.length === 0) return [];
  try {
    await store(rows);
    return [];
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (rows.length === 1) return [{ index: offset, reason: `the database refuses it: ${error.message}` }];
  }
  const middle = rows.length >> 1;
  const left = await storeBisecting(rows.slice(0, middle), store, offset);
  const right = await storeBisecting(rows.slice(middle), store, offset + middle);
  return [...left, ...right];
}
