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
import { flagNetworks } from './flag-networks.query.js';
import { settleSpans } from './settle-spans.js';
import { LANES, putBack, takeDueSpans } from './settling.query.js';

/** Batches of the ingest settled beside each other: the more of a flood, the less of it is read twice. */
const BATCHES = 50;
const IDLE_MS = 1_000;

const ELECT = "SELECT pg_try_advisory_xact_lock(hashtext('footfall-analytics-settling'), $1) AS elected";
/** Whoever else changes classes takes this lock for itself; that is soon over, and waited for. */
const JOIN = "SELECT pg_advisory_xact_lock_shared(hashtext('footfall-analytics-settling'))";

/**
 * Judges clicks again some seconds after they were stored, beside the other clicks from their networks. What is to
 * settle lies in a table, so it survives restarts; it leaves the table in the transaction that stores the verdicts.
 * Networks are divided among lanes, which are settled at the same time. Any process of the service may work on a lane, one
 * at a time: two that saw different clicks could overwrite each other.
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
    const lanes = await Promise.allSettled(
      Array.from({ length: LANES }, (_, lane) => this.settleLane(lane, now)),
    );
    await this.measureOverdue(now);
    return lanes.reduce((changed, lane) => {
      if (lane.status === 'rejected') throw lane.reason;
      return changed + lane.value;
    }, 0);
  }

  private async settleLane(lane: number, now: Date): Promise<number> {
    let changed = 0;
    while (!this.isStopping) {
      const round = await this.settleRound(lane, now);
      if (round === undefined) break;
      changed += round;
    }
    return changed;
  }

  /** Undefined when nothing was due, or another process is settling. */
  private settleRound(lane: number, now: Date): Promise<number | undefined> {
    return this.dataSource.transaction(async (manager) => {
      const [{ elected }] = await manager.query(ELECT, [lane]);
      if (!elected) return undefined;
      await manager.query(JOIN);
      await announceClassChanges(manager);
      const { dueAt, spans } = await takeDueSpans(manager, { lane, now, batches: BATCHES });
      if (!dueAt) return undefined;
      const { verdicts, flags, rest } = await settleSpans(manager, spans, now);
      await putBack(manager, { lane, dueAt, spans: rest });
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
