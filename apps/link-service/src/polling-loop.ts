import { backoffDelayMs } from '#platform';

export interface PollingLoopOptions {
  /** One round of work; true when there may be more at once. */
  round: () => Promise<boolean>;
  /** Pause after a round that found nothing more. */
  idleMs: number;
  /** Called with the first of a row of failures, not with each. */
  onFailure: (error: unknown) => void;
}

/** Longest pause between two failing rounds. */
const MAX_FAILURE_DELAY_MS = 2_000;

/** Runs rounds one after the other until stopped. `wake` cuts the pause after an idle round short. */
export class PollingLoop {
  private running: Promise<void> | undefined;
  private stopping = false;
  private woken = false;
  private endPause: (() => void) | undefined;
  private failures = 0;

  constructor(private readonly options: PollingLoopOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Work has come in. Does not disturb the backoff of a failing loop. */
  wake(): void {
    this.woken = true;
    if (this.failures === 0) this.endPause?.();
  }

  /** Resolves when the round in hand has ended, or after `deadlineMs`. */
  async stop(deadlineMs: number): Promise<void> {
    this.stopping = true;
    this.endPause?.();
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([this.running, deadline]);
    clearTimeout(timer);
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      this.woken = false;
      let pauseMs = 0;
      try {
        pauseMs = (await this.options.round()) ? 0 : this.options.idleMs;
        this.failures = 0;
      } catch (error) {
        if (this.failures === 0 && !this.stopping) this.options.onFailure(error);
        pauseMs = backoffDelayMs(this.failures++, MAX_FAILURE_DELAY_MS);
      }
      const skipPause = pauseMs === 0 || (this.woken && this.failures === 0);
      if (!this.stopping && !skipPause) await this.pause(pauseMs);
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.endPause = undefined;
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.endPause = end;
    });
  }
}
