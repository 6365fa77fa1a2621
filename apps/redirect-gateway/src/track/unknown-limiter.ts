import { networkOf } from '#platform';

export interface UnknownLimiterOptions {
  /** Unknown links an address may ask for a minute, and at once at most. */
  perMinute: number;
  /** Addresses remembered; beyond, the one that was seen first is forgotten. */
  maxAddresses?: number;
  now?: () => number;
}

/** What an address may still ask for, as of a time. */
interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket per address, for links that do not exist. Whoever opens one that does never meets it. */
export class UnknownLimiter {
  private readonly buckets = new Map<string, Bucket>();
  private readonly maxAddresses: number;
  private readonly now: () => number;

  constructor(private readonly options: UnknownLimiterOptions) {
    this.maxAddresses = options.maxAddresses ?? 20_000;
    this.now = options.now ?? (() => performance.now());
  }

  isSpent(ip: string | undefined): boolean {
    return this.tokensOf(networkOf(ip)) < 1;
  }

  /** Counts an unknown link; false when the address has asked for too many. */
  take(ip: string | undefined): boolean {
    const network = networkOf(ip);
    const tokens = this.tokensOf(network);
    if (tokens < 1) return false;
    if (!this.buckets.delete(network) && this.buckets.size >= this.maxAddresses) this.forgetOldest();
    this.buckets.set(network, { tokens: tokens - 1, at: this.now() });
    return true;
  }

  private tokensOf(network: string): number {
    const { perMinute } = this.options;
    const bucket = this.buckets.get(network);
    if (!bucket) return perMinute;
    return Math.min(perMinute, bucket.tokens + ((this.now() - bucket.at) / 60_000) * perMinute);
  }

  private forgetOldest(): void {
    const [oldest] = this.buckets.keys();
    if (oldest !== undefined) this.buckets.delete(oldest);
  }
}
