import type { LinkStore } from './link-store.js';
import { isErased, type ReplicaLink } from './replica-link.js';

export interface LinkReplicaOptions {
  store: LinkStore;
  /** Links held in memory, at most. */
  maxInMemory?: number;
  onProblem: (problem: string, cause: unknown) => void;
  /** Links were erased, and are erased on disk by now. */
  onErased?: () => void;
}

/**
 * Every link this gateway knows: the store on disk and before it a bounded memory of the recently used, in two
 * generations, so that a hit costs one map lookup and no bookkeeping. A state is taken only when it is newer.
 */
export class LinkReplica {
  private recent = new Map<string, ReplicaLink>();
  private older = new Map<string, ReplicaLink>();
  private arrived: ReplicaLink[] = [];
  private readonly generationSize: number;
  /** Added to link-service's revisions, so that they grow although it has been put back to an earlier state. */
  private base: number;

  constructor(private readonly options: LinkReplicaOptions) {
    this.base = options.store.base;
    this.generationSize = Math.ceil((options.maxInMemory ?? 40_000) / 2);
  }

  get size(): number {
    return this.options.store.size;
  }

  /** Link-service's revision up to which every link has been pulled. */
  get watermark(): number {
    return Math.max(0, this.options.store.watermark - this.base);
  }

  /** Link-service is in an earlier state than it was: what it says from now on counts, and all of it is pulled again. */
  startOver(): void {
    this.options.store.beginEra();
    this.base = this.options.store.base;
  }

  find(trackingId: string): ReplicaLink | undefined {
    const recent = this.recent.get(trackingId);
    if (recent) return recent;
    const link = this.older.get(trackingId) ?? this.readStore(trackingId);
    if (link) this.remember(link);
    return link;
  }

  /** Takes a batch pulled in order of revision; false when the disk did not take it, so that it must be pulled again. */
  applyPulled(pulled: readonly ReplicaLink[]): boolean {
    const links = pulled.map((link) => this.inThisEra(link));
    if (!this.apply(links)) return false;
    const revision = links.at(-1)?.revision ?? 0;
    try {
      if (revision > this.options.store.watermark) this.options.store.watermark = revision;
      return true;
    } catch (error) {
      this.options.onProblem('link replica cannot be written', error);
      return false;
    }
  }

  /** Takes one link, written to disk together with others that arrive in the same turn of the event loop. */
  applyOne(heard: ReplicaLink): void {
    const link = this.inThisEra(heard);
    this.rememberNewer(link);
    this.arrived.push(link);
    if (this.arrived.length === 1) setImmediate(() => this.flush());
  }

  close(): void {
    this.flush();
    this.options.store.close();
  }

  /** A link without a number yet stays one that any numbered state replaces. */
  private inThisEra(link: ReplicaLink): ReplicaLink {
    return this.base === 0 || link.revision === 0 ? link : { ...link, revision: link.revision + this.base };
  }

  private flush(): void {
    const links = this.arrived;
    this.arrived = [];
    if (links.length > 0) this.apply(links);
  }

  private apply(links: readonly ReplicaLink[]): boolean {
    try {
      this.options.store.apply(links);
      for (const { trackingId } of links) this.forget(trackingId);
      if (links.some(isErased)) this.options.onErased?.();
      return true;
    } catch (error) {
      this.options.onProblem('link replica cannot be written', error);
      for (const link of links) this.rememberNewer(link);
      return false;
    }
  }

  private readStore(trackingId: string): ReplicaLink | undefined {
    try {
      return this.options.store.find(trackingId);
    } catch (error) {
      this.options.onProblem('link replica cannot be read', error);
      return undefined;
    }
  }

  private rememberNewer(link: ReplicaLink): void {
    const held = this.find(link.trackingId);
    if (!held || link.revision > held.revision) this.remember(link);
  }

  private remember(link: ReplicaLink): void {
    if (this.recent.size >= this.generationSize) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(link.trackingId, link);
  }

  private forget(trackingId: string): void {
    this.recent.delete(trackingId);
    this.older.delete(trackingId);
  }
}
