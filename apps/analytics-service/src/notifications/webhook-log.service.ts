import { randomUUID } from 'node:crypto';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { DataSource, LessThan } from 'typeorm';
import { ANALYTICS_CONFIG, type AnalyticsServiceConfig } from '../config.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { addTakenDelivery } from './delivery-queue.query.js';
import { toPayload } from './notification.js';
import { WebhookAttempts } from './webhook-attempts.service.js';
import { WebhookDeliveryEntity } from './webhook-delivery.entity.js';
import type { WebhookEndpointEntity } from './webhook-endpoint.entity.js';
import { DeliveryNotFoundError, WebhookDisabledError } from './webhooks.errors.js';
import type { ListDeliveries, Replay } from './webhooks.schemas.js';

const DAY_MS = 86_400_000;
/** Deleted by one statement. */
const BATCH_ROWS = 5_000;

/** Due again from the beginning, under the same id and with the same body. */
const REQUEUE = `
UPDATE webhook_deliveries SET status = 'pending', failures = 0, next_attempt_at = now()
WHERE endpoint_id = $1`;

const DELETE_OLD = `
DELETE FROM webhook_deliveries WHERE id IN (
  SELECT id FROM webhook_deliveries WHERE created_at < $1 ORDER BY created_at LIMIT ${BATCH_ROWS}
)`;

/** What was told to a receiver, and telling it again. */
@Injectable()
export class WebhookLog implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();

  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    @Inject(ANALYTICS_CONFIG) private readonly config: AnalyticsServiceConfig,
    private readonly attempts: WebhookAttempts,
  ) {}

  /** A test in flight must not hold up the end of the process. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** Newest first, after the one of that id. */
  list(endpointId: string, { status, cursor, limit }: ListDeliveries): Promise<WebhookDeliveryEntity[]> {
    return this.repository.find({
      where: { endpoint_id: endpointId, ...(status && { status }), ...(cursor && { id: LessThan(cursor) }) },
      order: { id: 'DESC' },
      take: limit,
    });
  }

  /** Sends a message that says nothing, once, also to a disabled receiver, and answers what came of it. */
  async test({ id }: WebhookEndpointEntity): Promise<WebhookDeliveryEntity> {
    const body = toPayload({
      type: 'webhook.test',
      occurredAt: new Date(),
      summary: 'A test of this webhook.',
      data: { webhook_id: id },
    });
    const messageId = `msg_test_${randomUUID().replaceAll('-', '')}`;
    const taken = await addTakenDelivery(this.dataSource, {
      endpointId: id,
      messageId,
      type: 'webhook.test',
      body,
    });
    await this.attempts.try(taken, this.stopping.signal);
    return this.get(id, taken.id);
  }

  /** @throws DeliveryNotFoundError, WebhookDisabledError */
  async replay(endpoint: WebhookEndpointEntity, deliveryId: string): Promise<WebhookDeliveryEntity> {
    await this.get(endpoint.id, deliveryId);
    await this.requeue(endpoint, 'id = $2', deliveryId);
    return this.get(endpoint.id, deliveryId);
  }

  /** What failed, or all, of what was first to be told at that moment or later; tests excepted. Answers how many. */
  replaySince(endpoint: WebhookEndpointEntity, { since, all }: Replay): Promise<number> {
    const which = all ? "status <> 'pending'" : "status = 'failed'";
    return this.requeue(endpoint, `created_at >= $2 AND type <> 'webhook.test' AND ${which}`, since);
  }

  /** Deletes what is older than the log is kept, waiting or not; answers how many. */
  async deleteOld(now: Date): Promise<number> {
    const before = new Date(now.getTime() - this.config.WEBHOOK_LOG_DAYS * DAY_MS);
    for (let total = 0; ; ) {
      const [, deleted] = await this.dataSource.query(DELETE_OLD, [before]);
      total += deleted;
      if (deleted < BATCH_ROWS) return total;
    }
  }

  private async requeue(endpoint: WebhookEndpointEntity, condition: string, value: unknown): Promise<number> {
    if (!endpoint.enabled) throw new WebhookDisabledError();
    const [, requeued] = await this.dataSource.query(`${REQUEUE} AND ${condition}`, [endpoint.id, value]);
    return requeued;
  }

  private async get(endpointId: string, id: string): Promise<WebhookDeliveryEntity> {
    const found = /^\d{1,18}$/.test(id)
      ? await this.repository.findOneBy({ id, endpoint_id: endpointId })
      : null;
    if (!found) throw new DeliveryNotFoundError();
    return found;
  }

  private get repository() {
    return this.dataSource.getRepository(WebhookDeliveryEntity);
  }
}
