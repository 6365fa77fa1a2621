import { createHash } from 'node:crypto';
import { RateLimiterMemory, RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';

/** The window in which calls are counted. */
export const WINDOW_SECONDS = 60;

/** Longest that a call waits for its count, ms; then this process counts alone for a while. */
const DEADLINE_MS = 2_000;
const ALONE_MS = 10_000;

export interface CallLimitOptions {
  /** In the database and in metrics. */
  name: string;
  perMinute: number;
  /** Absent: this process counts alone. */
  database: DataSource | undefined;
  /** Told when the database cannot be asked. */
  onAway(error: unknown): void;
}

/** How an answer stands to its limit. */
export interface Allowance {
  isAllowed: boolean;
  remaining: number;
  /** Until the count begins anew. */
  resetSeconds: number;
}

/**
 * Counts up to so many calls a minute by whatever they have in common, together with every process on the same database.
 * Who is past the limit is refused from memory. While the database is away or slow each process counts for itself:
 * a limit is never a reason for a call to fail.
 */
export class CallLimit {
  private readonly stored: RateLimiterPostgres | undefined;
  private readonly own: RateLimiterMemory;
  private aloneUntil = 0;

  constructor(private readonly options: CallLimitOptions) {
    const { name, perMinute, database } = options;
    const bounds = { keyPrefix: name, points: perMinute, duration: WINDOW_SECONDS };
    this.own = new RateLimiterMemory(bounds);
    if (!database) return;
    this.stored = new RateLimiterPostgres({
      ...bounds,
      storeClient: database,
      storeType: 'typeorm',
      tableName: 'rate_limits',
      tableCreated: true,
      inMemoryBlockOnConsumed: perMinute,
    });
  }

  get name(): string {
    return this.options.name;
  }

  get perMinute(): number {
    return this.options.perMinute;
  }

  async take(who: string): Promise<Allowance> {
    const key = createHash('sha256').update(who).digest('base64url');
    if (!this.stored || Date.now() < this.aloneUntil) return allowance(this.own.consume(key));
    try {
      return await allowance(within(DEADLINE_MS, this.stored.consume(key)));
    } catch (error) {
      this.aloneUntil = Date.now() + ALONE_MS;
      this.options.onAway(error);
      return allowance(this.own.consume(key));
    }
  }
}

/** The library rejects with the count of those who are past the limit. */
async function allowance(count: Promise<RateLimiterRes>): Promise<Allowance> {
  const [isAllowed, { remainingPoints, msBeforeNext }] = await count.then(
    (result) => [true, result] as const,
    (refusal) => {
      if (refusal instanceof RateLimiterRes) return [false, refusal] as const;
      throw refusal;
    },
  );
  return { isAllowed, remaining: remainingPoints, resetSeconds: Math.ceil(msBeforeNext / 1_000) };
}

async function within<T>(deadlineMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no count within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
