import type { Link, LinkClient } from '#contracts';
import type { LinkReplica } from './link-replica.js';
import { fromLink, type ReplicaLink } from './replica-link.js';

export interface LinkLookupOptions {
  replica: LinkReplica;
  links: Pick<LinkClient, 'findLink'>;
  deadlineMs?: number;
  /** How long an id that link-service does not know is not asked for again. */
  unknownForMs?: number;
  maxUnknown?: number;
  /** Lookups under way at once; beyond, ids count as unavailable. */
  maxConcurrent?: number;
  now?: () => number;
  onOutcome?: (outcome: 'found' | 'unknown' | 'unavailable') => void;
}

/** Failures in a row after which link-service is left alone. */
const FAILURES_TO_OPEN = 5;
/** How long it is left alone before one lookup tries again. */
const OPEN_MS = 2_000;

/**
 * Asks link-service for an id that the replica does not hold, such as a link minted a moment ago. However many
 * requests wait for it, an id is asked for once, for a short time, and not at all while link-service is failing.
 */
export class LinkLookup {
  private readonly pending = new Map<string, Promise<ReplicaLink | 'unknown' | 'unavailable'>>();
  private readonly unknownUntil = new Map<string, number>();
  private readonly now: () => number;
  private failures = 0;
  private openUntil = 0;

  constructor(private readonly options: LinkLookupOptions) {
    this.now = options.now ?? Date.now;
  }

  /**
   * The link; `unknown` when link-service knows no such id; `unavailable` when it could not be asked in time. For
   * whom `isSuspect`, it is asked only while few others wait.
   */
  find(trackingId: string, { isSuspect = false } = {}): Promise<ReplicaLink | 'unknown' | 'unavailable'> {
    if ((this.unknownUntil.get(trackingId) ?? 0) > this.now()) return Promise.resolve('unknown');
    const pending = this.pending.get(trackingId);
    if (pending) return pending;
    const { maxConcurrent = 64 } = this.options;
    const bound = isSuspect ? Math.ceil(maxConcurrent / 16) : maxConcurrent;
    if (this.now() < this.openUntil || this.pending.size >= bound) {
      return Promise.resolve('unavailable');
    }
    if (this.failures >= FAILURES_TO_OPEN) this.openUntil = this.now() + OPEN_MS;
    const lookup = this.ask(trackingId).finally(() => this.pending.delete(trackingId));
    this.pending.set(trackingId, lookup);
    return lookup;
  }

  private async ask(trackingId: string): Promise<ReplicaLink | 'unknown' | 'unavailable'> {
    try {
      const link = await this.findInTime(trackingId);
      this.failures = 0;
      this.openUntil = 0;
      if (!link) {
        this.rememberUnknown(trackingId);
        this.options.onOutcome?.('unknown');
        return 'unknown';
      }
      const found = fromLink(link);
      this.options.replica.applyOne(found);
      this.options.onOutcome?.('found');
      return found;
    } catch {
      this.failures += 1;
      if (this.failures >= FAILURES_TO_OPEN) this.openUntil = this.now() + OPEN_MS;
      this.options.onOutcome?.('unavailable');
      return 'unavailable';
    }
  }

  private async findInTime(trackingId: string): Promise<Link | undefined> {
    const { deadlineMs = 250 } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('link-service is late')), deadlineMs + 50);
    });
    try {
      return await Promise.race([this.options.links.findLink(trackingId, deadlineMs), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private rememberUnknown(trackingId: string): void {
    const { unknownForMs = 2_000, maxUnknown = 10_000 } = this.options;
    if (this.unknownUntil.size >= maxUnknown) {
      const [oldest] = this.unknownUntil.keys();
      if (oldest !== undefined) this.unknownUntil.delete(oldest);
    }
    this.unknownUntil.delete(trackingId);
    this.unknownUntil.set(trackingId, this.now() + unknownForMs);
  }
}
