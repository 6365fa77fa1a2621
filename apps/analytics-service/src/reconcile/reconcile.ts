import type { DataSource } from 'typeorm';
import { type Discrepancy, listDiscrepancies } from './reconcile.query.js';
import { repairCounters } from './repair-counters.query.js';

/** Mended and looked at again so often; what is left then needs a person. */
const MAX_ROUNDS = 3;

export interface Reconciliation {
  checked_at: string;
  /** Counters that differed from their rows when the check began; at most 10,000 are listed. */
  discrepancies: Discrepancy[];
  /** Whether a repair was asked for. */
  repaired: boolean;
  /** What still differs afterwards. */
  remaining: Discrepancy[];
}

/**
 * Compares every counter with the rows it counts and, on request, mends what differs. Clicks may arrive meanwhile: they wait
 * for single steps only and are counted once.
 */
export async function reconcile(
  dataSource: DataSource,
  { repair }: { repair: boolean },
): Promise<Reconciliation> {
  const checkedAt = new Date().toISOString();
  const discrepancies = await listDiscrepancies(dataSource);
  let remaining = discrepancies;
  for (let round = 0; repair && remaining.length > 0 && round < MAX_ROUNDS; round++) {
    await repairCounters(dataSource);
    const left = await listDiscrepancies(dataSource);
    if (isSame(left, remaining)) break;
    remaining = left;
  }
  return { checked_at: checkedAt, discrepancies, repaired: repair, remaining };
}

/** A repair that changed nothing would change nothing again. */
function isSame(some: readonly Discrepancy[], others: readonly Discrepancy[]): boolean {
  return JSON.stringify(some) === JSON.stringify(others);
}
