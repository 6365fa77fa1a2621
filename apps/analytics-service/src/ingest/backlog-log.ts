import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';

/** Clicks so much older than now, when they are stored, have waited in a backlog, ms. */
const BACKLOG_MS = 60_000;
const EVERY_MS = 10_000;

/** Says in the log how the draining of a backlog goes on: a line every ten seconds, and one when it is done. */
@Injectable()
export class BacklogLog {
  private backlog: { since: number; stored: number; saidAt: number; storedThen: number } | undefined;

  constructor(private readonly logger: PinoLogger) {}

  /** After each stored batch: how many clicks, and how old the oldest was. */
  note(stored: number, lagMs: number, now = Date.now()): void {
    if (lagMs < BACKLOG_MS) {
      this.finish(now);
      return;
    }
    this.backlog ??= { since: now, stored: 0, saidAt: now, storedThen: 0 };
    const { backlog } = this;
    backlog.stored += stored;
    if (now - backlog.saidAt < EVERY_MS) return;
    const perSecond = Math.round(((backlog.stored - backlog.storedThen) / (now - backlog.saidAt)) * 1_000);
    this.logger.info(
      { stored: backlog.stored, per_second: perSecond, lag_seconds: Math.round(lagMs / 1_000) },
      'draining a backlog of clicks',
    );
    backlog.saidAt = now;
    backlog.storedThen = backlog.stored;
  }

  private finish(now: number): void {
    if (!this.backlog) return;
    const { stored, since, saidAt } = this.backlog;
    this.backlog = undefined;
    // A late click now and then is no backlog.
    if (saidAt === since) return;
    this.logger.info(
      { stored, seconds: Math.round((now - since) / 1_000) },
      'the backlog of clicks is drained',
    );
  }
}
