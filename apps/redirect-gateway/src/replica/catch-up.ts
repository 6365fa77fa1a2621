import { setImmediate } from 'node:timers/promises';
import type { Link, LinkClient } from '#contracts';
import { backoffDelayMs } from '#platform';
import { Wakeup } from '../relay/wakeup.js';
import type { LinkReplica } from './link-replica.js';
import { fromLink } from './replica-link.js';

export interface CatchUpOptions {
  replica: LinkReplica;
  links: Pick<LinkClient, 'watchLinks'>;
  /** Pulled again after this time even when nothing hints at a gap. */
  intervalMs?: number;
  /** Called with the number of links pulled so far, each 100,000. */
  onProgress?: (pulled: number) => void;
  onCompleted?: (pulled: number) => void;
  onFailure?: (error: unknown) => void;
  /** Link-service does not know the newest revision that this gateway has seen of it. */
  onSetBack?: () => void;
}

/** Links written to disk in one go: about 8 ms in which no redirect is answered. */
const SLICE = 250;
const PROGRESS_EVERY = 100_000;

/**
 * Pulls from link-service what changed since the watermark: at start, when asked (events may have been missed) and
 * every 30 s. When link-service has been put back to an earlier state, everything is pulled again; links that it no
 * longer knows go on redirecting, since their documents are out. One pull at a time, a batch at a time in memory. A failed pull is tried again with growing pauses and
 * goes on where it stopped.
 */
export class CatchUp {
  private readonly wakeup = new Wakeup();
  private readonly intervalMs: number;
  private isRequested = true;
  private isStopped = false;
  private completions = 0;

  constructor(private readonly options: CatchUpOptions) {
    this.intervalMs = options.intervalMs ?? 30_000;
  }

  /** Whether a pull has seen everything that was committed when it began. */
  get hasCompleted(): boolean {
    return this.completions > 0;
  }

  start(): void {
    void this.run();
  }

  /** Resolves when a pull has completed. */
  async waitForLinks(): Promise<void> {
    while (this.completions === 0 && !this.isStopped) await this.wakeup.wait();
  }

  request(): void {
    this.isRequested = true;
    this.wakeup.notify();
  }

  /** Does not wait for a pull under way: link-service may be hanging. */
  stop(): void {
    this.isStopped = true;
    this.wakeup.notify();
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.isStopped) {
      this.isRequested = false;
      try {
        const pulled = await this.pull();
        failures = 0;
        this.completions += 1;
        this.wakeup.notify();
        this.options.onCompleted?.(pulled);
        if (!this.isRequested) await this.wakeup.wait(this.intervalMs);
      } catch (error) {
        failures += 1;
        this.options.onFailure?.(error);
        await this.wakeup.wait(backoffDelayMs(failures, this.intervalMs));
      }
    }
  }

  private async pull(): Promise<number> {
    const { replica } = this.options;
    const { watermark } = replica;
    let pulled = 0;
    // From one before, so that a link-service that is where it was always has something to say.
    for await (const links of this.options.links.watchLinks(Math.max(0, watermark - 1))) {
      if (this.isStopped) return pulled;
      await this.applyBatch(links);
      const before = pulled;
      pulled += links.length;
      if (Math.floor(before / PROGRESS_EVERY) < Math.floor(pulled / PROGRESS_EVERY)) {
        this.options.onProgress?.(pulled);
      }
    }
    if (pulled === 0 && watermark > 0 && !this.isStopped) {
      this.options.onSetBack?.();
      replica.startOver();
      this.isRequested = true;
    }
    return pulled;
  }

  private async applyBatch(links: readonly Link[]): Promise<void> {
    for (let at = 0; at < links.length && !this.isStopped; at += SLICE) {
      const isKept = this.options.replica.applyPulled(links.slice(at, at + SLICE).map(fromLink));
      if (!isKept) throw new Error('the link replica could not be written');
      await setImmediate();
    }
  }
}
