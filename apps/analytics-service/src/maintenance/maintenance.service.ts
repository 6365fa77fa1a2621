import {
  type BeforeApplicationShutdown,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleInit,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { AnalyticsMetrics } from '../analytics-metrics.js';
import { ClickPartitions } from '../ingest/click-partitions.js';
import { SessionIds } from '../ingest/session-ids.js';
import { WebhookLog } from '../notifications/webhook-log.service.js';
import { DailyReconciliation } from '../reconcile/daily-reconciliation.service.js';
import { OldClicks } from './old-clicks.service.js';

const HOUR_MS = 3_600_000;

/**
 * What time asks for: partitions made ahead, old salts, addresses and clicks removed,
 * counters compared with rows. Runs at the start and then
 * hourly, always on all that is due, so a service that was down catches up by itself.
 */
@Injectable()
export class MaintenanceService implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly partitions: ClickPartitions,
    private readonly sessions: SessionIds,
    private readonly oldClicks: OldClicks,
    private readonly webhookLog: WebhookLog,
    private readonly reconciliation: DailyReconciliation,
    private readonly metrics: AnalyticsMetrics,
    private readonly logger: PinoLogger,
  ) {}

  /** Consumers start after this: their first click finds its partition. */
  async onModuleInit(): Promise<void> {
    await this.partitions.createAhead();
  }

  onApplicationBootstrap(): void {
    this.start();
    this.timer = setInterval(() => this.start(), HOUR_MS).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  /** One run of everything. Throws when the database is away. */
  async run(now = new Date()): Promise<void> {
    this.partitions.forget();
    const done = {
      partitions_made: await this.partitions.createAhead(now),
      salts_deleted: await this.sessions.deleteExpired(now.getTime()),
      clicks_anonymized: await this.oldClicks.anonymize(now),
      ...(await this.oldClicks.deleteExpired(now)),
      webhook_deliveries_deleted: await this.webhookLog.deleteOld(now),
    };
    await this.oldClicks.deleteReportIdentities(now);
    await this.oldClicks.deleteNetworkFlags(now);
    await this.oldClicks.forgetErasedVisitors(now);
    this.partitions.forget();
    this.metrics.partitionsEnd.set(await this.partitions.findEnd());
    this.metrics.defaultPartitionRows.set(await this.partitions.countDefaultRows());
    const discrepancies = await this.reconciliation.runIfDue(now);
    this.logger.info({ ...done, discrepancies }, 'maintenance done');
  }

  private start(): void {
    this.running = this.running.then(() =>
      this.run().catch((error) => {
        this.logger.warn({ err: error }, 'maintenance failed, next try within the hour');
      }),
    );
  }
}
