import type { Period } from './answer-filter.js';
import type { Counted } from './period-figures.query.js';

/** What a report speaks of. */
export interface ReportQuestion extends Counted {
  /** Whole quarters of an hour, at most 366 days. */
  period: Required<Period> & { from: Date; to: Date };
  timeZone: string;
  userId?: string | undefined;
  jobId?: string | undefined;
  linkFunction?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** Figures that reports add up. */
export const SUMS = ['total', 'human', 'machine', 'suspected', 'duplicate'] as const;
