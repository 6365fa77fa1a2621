/** A message waiting for its batch. */
export interface Collectable {
  readonly eventCount: number;
  /** Goes in a batch of its own: it came back, and its neighbours should not suffer for it. */
  readonly isAlone: boolean;
}

export interface BatchLimits {
  /** A batch is full with this many events… */
  maxEvents: number;
  /** …or with this many messages. */
  maxMessages: number;
  /** A batch that is not full goes when its first message has waited this long. */
  maxWaitMs: number;
}

/** Collects messages into batches and has one batch worked on at a time. Its owner bounds how many wait. */
export class BatchCollector<M extends Collectable> {
  private waiting: M[] = [];
  private waitingSince = 0;
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  /** `work` must not reject. */
  constructor(
    private readonly limits: BatchLimits,
    private readonly work: (batch: readonly M[]) => Promise<void>,
  ) {}

  add(message: M): void {
    if (this.waiting.length === 0) this.waitingSince = Date.now();
    this.waiting.push(message);
    this.schedule();
  }

  /** Takes back what has not been started. */
  discard(): readonly M[] {
    clearTimeout(this.timer);
    this.timer = undefined;
    return this.waiting.splice(0);
  }

  /** Resolves when no batch is in hand. Discard first, or the next one follows. */
  async settle(): Promise<void> {
    while (this.running) await this.running;
  }

  private schedule(): void {
    if (this.running || this.waiting.length === 0) return;
    const waitMs = this.waitingSince + this.limits.maxWaitMs - Date.now();
    if (this.isFull() || waitMs <= 0) this.start();
    else this.timer ??= setTimeout(() => this.start(), waitMs);
  }

  private isFull(): boolean {
    const { maxEvents, maxMessages } = this.limits;
    if (this.waiting[0]?.isAlone || this.waiting.length >= maxMessages) return true;
    let events = 0;
    for (const message of this.waiting) {
      events += message.eventCount;
      if (events >= maxEvents) return true;
    }
    return false;
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch = this.waiting.splice(0, this.countNextBatch());
    this.waitingSince = Date.now();
    this.running = this.work(batch).finally(() => {
      this.running = undefined;
      this.schedule();
    });
  }

  /** At least one message, then as many as fit. */
  private countNextBatch(): number {
    let events = 0;
    for (const [index, message] of this.waiting.entries()) {
      events += message.eventCount;
      if (index === 0) {
        if (message.isAlone) return 1;
      } else if (message.isAlone || events > this.limits.maxEvents || index >= this.limits.maxMessages) {
        return index;
      }
    }
    return this.waiting.length;
  }
}
