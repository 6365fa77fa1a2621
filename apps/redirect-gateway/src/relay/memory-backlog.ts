import { backoffDelayMs } from '#platform';
import { Wakeup } from './wakeup.js';

export interface MemoryBacklogOptions {
  publish: (events: readonly string[]) => Promise<void>;
  onFailure?: (error: unknown) => void;
  /** What may wait in memory, in characters. */
  maxChars?: number;
}

const MAX_BATCH = 200;
const MAX_PAUSE_MS = 2_000;

/**
 * Clicks that the journal could not take, on their way to the bus straight from memory. A crash loses them, and
 * past its bound new ones are refused: this is what is left when the disk is full or failing.
 */
export class MemoryBacklog {
  private readonly waiting: string[] = [];
  private readonly wakeup = new Wakeup();
  private readonly maxChars: number;
  private chars = 0;
  private running: Promise<void> | undefined;
  private isStopped = false;

  constructor(private readonly options: MemoryBacklogOptions) {
    this.maxChars = options.maxChars ?? 16 * 1024 * 1024;
  }

  get size(): number {
    return this.waiting.length;
  }

  /** False when there is no room: the click is lost. */
  offer(event: string): boolean {
    if (this.isStopped || this.chars + event.length > this.maxChars) return false;
    this.waiting.push(event);
    this.chars += event.length;
    this.running ??= this.run();
    return true;
  }

  /** Resolves when nothing waits any more; answers false when `timeoutMs` passed before. */
  async drain(timeoutMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (this.waiting.length > 0) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return false;
      await this.wakeup.wait(Number.isFinite(leftMs) ? leftMs : undefined);
    }
    return true;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.wakeup.notify();
    await this.running;
  }

  private async run(): Promise<void> {
    for (let failures = 0; this.waiting.length > 0 && !this.isStopped; ) {
      const events = this.waiting.slice(0, MAX_BATCH);
      try {
        await this.options.publish(events);
        this.waiting.splice(0, events.length);
        for (const { length } of events) this.chars -= length;
        failures = 0;
        this.wakeup.notify();
      } catch (error) {
        this.options.onFailure?.(error);
        failures += 1;
        await this.wakeup.wait(backoffDelayMs(failures, MAX_PAUSE_MS));
      }
    }
    this.running = undefined;
  }
}
