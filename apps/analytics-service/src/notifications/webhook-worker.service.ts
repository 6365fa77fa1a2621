import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { ANALYTICS_DATABASE } from '../database.js';
import { ClickAnnouncer } from './click-announcer.service.js';
import { returnDeliveries, type Taken, takeDeliveries } from './delivery-queue.query.js';
import { WebhookAttempts } from './webhook-attempts.service.js';
import { WebhookMetrics } from './webhook-metrics.service.js';

/** Requests at once, of one process. */
const CONCURRENCY = 50;
const IDLE_MS = 1_000;
/** While something is on its way: what follows it need not wait. */
const BUSY_MS = 100;
const COUNT_LIMIT = 10_000;
const WAITING = `
SELECT count(*)::int AS rows
FROM (SELECT FROM webhook_deliveries WHERE next_attempt_at IS NOT NULL LIMIT ${COUNT_LIMIT}) AS waiting`;

/**
 * Sends what is due. Any number of processes share the queue: each takes deliveries for as long as a lease, so that
 * one that is killed in the middle is followed by another attempt under the same id. A slow receiver holds up its own
 * messages only.
 */
@Injectable()
export class WebhookWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private readonly inFlight = new Map<Taken, Promise<void>>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly announcer: ClickAnnouncer,
    private readonly attempts: WebhookAttempts,
    private readonly metrics: WebhookMetrics,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  /** Attempts in flight are broken off and handed back: receivers may get those messages again. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.timer);
    await this.running;
    const taken = [...this.inFlight];
    await Promise.allSettled(taken.map(([, attempt]) => attempt));
  }

  /** Begins what is due, as far as there is room. */
  private async work(): Promise<void> {
    await this.announcer.announceDue();
    const [{ rows }] = await this.dataSource.query(WAITING);
    this.metrics.waiting.set(rows);
    if (rows > 0) await this.takeMore();
  }

  private async takeMore(): Promise<void> {
    const limit = CONCURRENCY - this.inFlight.size;
    if (limit === 0 || this.stopping.signal.aborted) return;
    const busy = [...this.inFlight.keys()].map(({ endpoint_id }) => endpoint_id);
    for (const delivery of await takeDeliveries(this.dataSource, { busy, limit })) this.begin(delivery);
  }

  private begin(delivery: Taken): void {
    const attempt = this.attempts
      .attempt(delivery, this.stopping.signal)
      .catch((error: unknown) => this.giveBack(delivery, error))
      .finally(() => this.inFlight.delete(delivery));
    this.inFlight.set(delivery, attempt);
  }

  /** A database that is away as well leaves it to the lease. */
  private async giveBack({ id }: Taken, error: unknown): Promise<void> {
    if (!this.stopping.signal.aborted)
      this.logger.warn({ err: error }, 'webhook attempt could not be recorded');
    else await returnDeliveries(this.dataSource, [id]).catch(() => undefined);
  }

  private schedule(): void {
    if (this.stopping.signal.aborted) return;
    this.timer = setTimeout(
      () => {
        this.running = this.work()
          .catch((error: unknown) =>
            this.logger.warn({ err: error }, 'webhooks failed, next try in a second'),
          )
          .finally(() => this.schedule());
      },
      this.inFlight.size > 0 ? BUSY_MS : IDLE_MS,
    ).unref();
  }
}
