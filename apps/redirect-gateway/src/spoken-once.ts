import type { PinoLogger } from 'nestjs-pino';

/** The same problem is worth one line in this time, however many requests or retries meet it. */
const QUIET_MS = 60_000;

/** Logs each kind of problem at most once a minute. */
export class SpokenOnce {
  private readonly quietUntil = new Map<string, number>();

  constructor(private readonly logger: PinoLogger) {}

  readonly warn = (problem: string, cause: unknown): void => {
    const now = Date.now();
    if ((this.quietUntil.get(problem) ?? 0) > now) return;
    this.quietUntil.set(problem, now + QUIET_MS);
    this.logger.warn({ err: cause }, problem);
  };
}
