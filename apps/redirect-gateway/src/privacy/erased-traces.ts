import type { Journal } from '../journal/journal.js';
import type { LinkStore } from '../replica/link-store.js';

export interface ErasedTracesOptions {
  journal: Pick<Journal, 'forget'>;
  store: Pick<LinkStore, 'scrub'>;
  onProblem: (problem: string, cause: unknown) => void;
  retryMs?: number;
}

/** Erased links come in numbers: one sweep for all of a moment. */
const GATHER_MS = 200;
const MAX_ATTEMPTS = 100;

/**
 * Removes from this gateway's disk what is left of links that were erased: their clicks in journal segments, which go
 * once they are relayed (whoever takes them up drops them), and their old states in the replica's log.
 */
export class ErasedTraces {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: ErasedTracesOptions) {}

  /** Links were erased: sweeps soon, again and again until it works. */
  sweepSoon(attempt = 0): void {
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        void this.sweep().catch((error) => {
          this.options.onProblem('traces of erased links cannot be removed yet', error);
          if (attempt < MAX_ATTEMPTS) this.sweepSoon(attempt + 1);
        });
      },
      attempt === 0 ? GATHER_MS : (this.options.retryMs ?? 5_000),
    );
  }

  /** What is not swept then goes by age, or with the next erasure. */
  stop(): void {
    clearTimeout(this.timer);
  }

  private async sweep(): Promise<void> {
    await this.options.journal.forget();
    this.options.store.scrub();
  }
}
