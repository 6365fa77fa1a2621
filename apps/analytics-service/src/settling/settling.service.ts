import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { AnalyticsMetrics } from '../analytics-metrics.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { announceClassChanges, changeClasses } from './change-classes.query.js';
import { settleSpans } from './settle-spans.js';
import { flagNetworks, takeDueSpans } from './settling.query.js';

/** Batches of the ingest settled by one transaction. */
const BATCHES = 5;
const IDLE_MS = 1_000;

/**
 * Judges clicks again some seconds after they were stored, beside the other clicks from their networks. What is to
 * settle lies in a table, so it survives restarts; it leaves the table in the transaction that stores the verdicts.
 * Any process of the service may do it, one at a time: two that saw different clicks could overwrite each other.
 */
@Injectable()
export class SettlingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly metrics: AnalyticsMetrics,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /**
   * Settles everything that is due by then, after what this process settles already; answers how many verdicts changed.
   * Another process at it ends it early.
   */
  settleDue(now = new Date()): Promise<number> {
    const settled = this.running.then(() => this.settleAll(now));
    this.running = settled.then(
      () => undefined,
      () => undefined,
    );
    return settled;
  }

  private async settleAll(now: Date): Promise<number> {
    let changed = 0;
    while (!this.isStopping) {
      const round = await this.settleRound(now);
      if (round === undefined) break;
      changed += round;
    }
    await this.measureOverdue(now);
    return changed;
  }

  /** Undefined when nothing was due, or another process is settling. */
  private settleRound(now: Date): Promise<number | undefined> {
    return this.dataSource.transaction(async (manager) => {
      const [{ elected }] = await manager.query(
        "SELECT pg_try_advisory_xact_lock(hashtext('footfall-analytics-settling')) AS elected",
      );
      if (!elected) return undefined;
      await announceClassChanges(manager);
      const { batches, spans } = await takeDueSpans(manager, { now, batches: BATCHES });
      if (batches === 0) return undefined;
      const { verdicts, flags } = await settleSpans(manager, spans, now);
      await flagNetworks(manager, flags, now);
      const changed = [...verdicts.values()];
      await changeClasses(manager, changed);
      this.metrics.classesChanged.inc(changed.length);
      return changed.length;
    });
  }

  private async measureOverdue(now: Date): Promise<void> {
    const [{ seconds }] = await this.dataSource.query(
      'SELECT coalesce(extract(epoch FROM $1::timestamptz - min(due_at)), 0)::float8 AS seconds FROM settling WHERE due_at <= $1',
      [now],
    );
    this.metrics.settlingOverdue.set(seconds);
  }

  private schedule(): void {
    if (this.isStopping) return;
    this.timer = setTimeout(() => {
      this.settleDue()
        .catch((error: unknown) => this.logger.warn({ err: error }, 'settling failed, next try in a second'))
        .finally(() => this.schedule());
    }, IDLE_MS).unref();
  }
}
