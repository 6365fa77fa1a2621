import { CodedError } from '#platform';

/** More is waiting than will be worked off soon; the caller should come back. */
export class QueueFullError extends CodedError {
  constructor({ code, work, retryAfterSeconds }: { code: string; work: string; retryAfterSeconds: number }) {
    const message = `Too many ${work} at once; try again in ${retryAfterSeconds} s.`;
    super({ code, kind: 'unavailable', message, retryAfterSeconds });
  }
}

interface QueueOptions<Slot> {
  /** What each piece of work has for itself while it runs; as many run at once. */
  slots: readonly Slot[];
  /** Pieces of work that may wait. */
  maxWaiting: number;
  /** How to refuse what comes beyond. */
  refusal: ConstructorParameters<typeof QueueFullError>[0];
}

/** Runs a few pieces of work at once, lets a bounded number wait in order and refuses the rest. */
export class BoundedQueue<Slot = undefined> {
  private readonly free: Slot[];
  private readonly waiting: ((slot: Slot) => void)[] = [];

  constructor(private readonly options: QueueOptions<Slot>) {
    this.free = [...options.slots];
  }

  /** Throws {@link QueueFullError} at once when too much waits already. */
  async run<T>(work: (slot: Slot) => Promise<T>): Promise<T> {
    const slot = await this.take();
    try {
      return await work(slot);
    } finally {
      this.release(slot);
    }
  }

  private take(): Promise<Slot> | Slot {
    if (this.free.length > 0) return this.free.shift() as Slot;
    const { maxWaiting, refusal } = this.options;
    if (this.waiting.length >= maxWaiting) throw new QueueFullError(refusal);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private release(slot: Slot): void {
    const next = this.waiting.shift();
    if (next) next(slot);
    else this.free.push(slot);
  }
}
