import { backoffDelayMs } from '#platform';
import type { Position } from '../journal/cursor-file.js';
import type { Journal } from '../journal/journal.js';
import { Wakeup } from './wakeup.js';

export interface RelayOptions {
  journal: Pick<Journal, 'read' | 'confirm' | 'onCommitted'>;
  /** Resolves once the events are durably accepted elsewhere. */
  publish: (events: readonly string[]) => Promise<void>;
  onFailure?: (error: unknown) => void;
  /** Messages under way at once. */
  window?: number;
  maxBatch?: number;
}

interface Message {
  events: readonly string[];
  end: Position;
  isConfirmed: boolean;
}

/**
 * After a message that was not full, records gather this long, so that a busy gateway sends full messages. The first
 * click after a pause goes at once.
 */
const GATHER_MS = 10;
/** A bus that is back is noticed after this at the latest. */
const MAX_PAUSE_MS = 2_000;

/**
 * Takes committed records from the journal to the bus, in order of the journal, a window of messages at a time.
 * Confirms may come in any order; the journal is told only of the contiguous head, so that a crash repeats records
 * and never skips one. While the bus is away only the oldest message is tried, with growing pauses.
 */
export class Relay {
  private readonly window: Message[] = [];
  private readonly wakeup = new Wakeup();
  private readonly maxWindow: number;
  private readonly maxBatch: number;
  private readFrom: Position | undefined;
  private failures = 0;
  private isStopped = false;
  /** Whether the journal may hold records that have not been read. */
  private hasNews = true;
  private commits = 0;
  private running: Promise<void> | undefined;
  private forgetCommits: (() => void) | undefined;

  constructor(private readonly options: RelayOptions) {
    this.maxWindow = options.window ?? 8;
    this.maxBatch = options.maxBatch ?? 200;
  }

  start(): void {
    this.forgetCommits = this.options.journal.onCommitted(() => {
      this.commits += 1;
      this.hasNews = true;
      this.wakeup.notify();
    });
    this.running = this.run();
  }

  /** The first record that is not yet known to be accepted, if one has been read. */
  get oldestUnconfirmed(): string | undefined {
    return this.window[0]?.events[0];
  }

  /**
   * Resolves when everything committed has been confirmed; answers false when `timeoutMs` passed before, or at once
   * when the bus is away and `patient` is false.
   */
  async drain(timeoutMs = Number.POSITIVE_INFINITY, { patient = true } = {}): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (this.hasNews || this.window.length > 0) {
      if (!patient && this.failures > 0) return false;
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return false;
      await this.wakeup.wait(Number.isFinite(leftMs) ? leftMs : undefined);
    }
    return true;
  }

  /** Resolves when the relay has been stopped. */
  get stopped(): Promise<void> {
    return this.running ?? Promise.resolve();
  }

  /** Stops at once; what is under way and unconfirmed is relayed again by the next run. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.forgetCommits?.();
    this.wakeup.notify();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      if (this.window.length >= this.maxWindow) {
        await this.wakeup.wait();
        continue;
      }
      const taken = await this.readMessage();
      if (taken === 0) await this.waitForNews();
      else if (taken < this.maxBatch) await this.gather();
    }
  }

  /** Reads and sends one message; answers its number of records. */
  private async readMessage(): Promise<number> {
    const { commits } = this;
    try {
      const { records, end } = await this.options.journal.read(this.readFrom, this.maxBatch);
      if (this.isStopped) return 0;
      if (records.length === 0) {
        this.hasNews = this.commits !== commits;
        // Damaged bytes at the end of a segment hold nothing back.
        if (this.readFrom && this.window.length === 0) this.options.journal.confirm(end);
        return 0;
      }
      this.readFrom = end;
      const message = { events: records, end, isConfirmed: false };
      this.window.push(message);
      void this.send(message);
      return records.length;
    } catch (error) {
      this.options.onFailure?.(error);
      await this.wakeup.wait(backoffDelayMs(1, MAX_PAUSE_MS));
      return 0;
    }
  }

  private async waitForNews(): Promise<void> {
    this.wakeup.notify();
    while (!this.hasNews && !this.isStopped) await this.wakeup.wait();
  }

  private async gather(): Promise<void> {
    const until = performance.now() + GATHER_MS;
    while (!this.isStopped) {
      const leftMs = until - performance.now();
      if (leftMs <= 0) return;
      await this.wakeup.wait(leftMs);
    }
  }

  private async send(message: Message): Promise<void> {
    while (!this.isStopped) {
      try {
        await this.options.publish(message.events);
        message.isConfirmed = true;
        this.failures = 0;
        this.advance();
        return;
      } catch (error) {
        this.options.onFailure?.(error);
        await this.waitForTurn(message);
      }
    }
  }

  /** The oldest message waits for a growing while; the others until something has gone through again. */
  private async waitForTurn(message: Message): Promise<void> {
    if (message === this.window[0]) {
      this.failures += 1;
      this.wakeup.notify();
      const until = performance.now() + backoffDelayMs(this.failures, MAX_PAUSE_MS);
      for (let leftMs = 1; leftMs > 0 && !this.isStopped; leftMs = until - performance.now()) {
        await this.wakeup.wait(Math.max(1, until - performance.now()));
      }
      return;
    }
    while (!this.isStopped && message !== this.window[0]) {
      await this.wakeup.wait();
      if (this.failures === 0) return;
    }
  }

  private advance(): void {
    let head: Position | undefined;
    while (this.window[0]?.isConfirmed) head = this.window.shift()?.end;
    if (head) this.options.journal.confirm(head);
    this.wakeup.notify();
  }
}
