import { Inject, Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource, type EntityManager } from 'typeorm';
import { ANALYTICS_CONFIG, type AnalyticsServiceConfig } from '../config.js';
import { ANALYTICS_DATABASE } from '../database.js';
import {
  disableEndpoint,
  noteFailing,
  recordDelivered,
  recordFailure,
  type Taken,
} from './delivery-queue.query.js';
import { nextDelayMs } from './retry-schedule.js';
import type { DisabledReason } from './webhook-endpoint.entity.js';
import { WebhookMetrics } from './webhook-metrics.service.js';
import { type Outcome, WebhookSender } from './webhook-sender.js';
import { signatureHeaders } from './webhook-signature.js';

const GONE = 410;

/** Attempts deliveries and writes down what became of them. */
@Injectable()
export class WebhookAttempts {
  private readonly sender: WebhookSender;

  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    @Inject(ANALYTICS_CONFIG) { ALLOW_PRIVATE_WEBHOOKS }: AnalyticsServiceConfig,
    private readonly metrics: WebhookMetrics,
    private readonly logger: PinoLogger,
  ) {
    this.sender = new WebhookSender(ALLOW_PRIVATE_WEBHOOKS ? { isRefused: () => false } : {});
  }

  /** Tries once, and puts a failure down to be tried again. Rejects when aborted, and when the database is away. */
  async attempt(delivery: Taken, signal: AbortSignal): Promise<void> {
    const outcome = await this.send(delivery, signal);
    if (outcome.ok) return this.recordSuccess(delivery, outcome);
    const reason = await this.dataSource.transaction((manager) =>
      this.recordFailure(manager, delivery, outcome),
    );
    if (!reason) return;
    this.metrics.disabled.inc({ reason });
    this.logger.warn({ webhook: delivery.endpoint_id, reason }, 'webhook disabled');
  }

  /** Tries once and never again: what comes of it is in the log, and changes nothing about the receiver. */
  async try(delivery: Taken, signal: AbortSignal): Promise<void> {
    const outcome = await this.send(delivery, signal);
    if (outcome.ok) return this.recordSuccess(delivery, outcome);
    this.metrics.attempts.inc({ outcome: 'given_up' });
    await recordFailure(this.dataSource.manager, delivery, {
      attempt: toAttempt(outcome),
      delayMs: undefined,
    });
  }

  /** Answers why the receiver was disabled, if it was. */
  private async recordFailure(
    manager: EntityManager,
    delivery: Taken,
    outcome: Outcome,
  ): Promise<DisabledReason | undefined> {
    const { enabled, isFailing } = await noteFailing(manager, delivery.endpoint_id);
    const isGone = outcome.status === GONE;
    const delayMs = enabled && !isGone ? nextDelayMs(delivery.failures + 1, outcome) : undefined;
    this.metrics.attempts.inc({ outcome: delayMs === undefined ? 'given_up' : 'failed' });
    await recordFailure(manager, delivery, { attempt: toAttempt(outcome), delayMs });
    const reason = isGone ? 'gone' : isFailing ? 'failing' : undefined;
    return reason && (await disableEndpoint(manager, delivery.endpoint_id, reason)) ? reason : undefined;
  }

  private async send({ message_id: id, body, secrets, url }: Taken, signal: AbortSignal): Promise<Outcome> {
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Footfall-Webhooks/1',
      ...signatureHeaders({ id, sentAt: new Date(), body }, secrets),
    };
    const outcome = await this.sender.send({ url, headers, body }, signal);
    this.metrics.duration.observe(outcome.duration_ms / 1_000);
    return outcome;
  }

  private async recordSuccess(delivery: Taken, outcome: Outcome): Promise<void> {
    this.metrics.attempts.inc({ outcome: 'delivered' });
    await this.dataSource.transaction((manager) => recordDelivered(manager, delivery, toAttempt(outcome)));
  }
}

function toAttempt({ ok: _ok, retryAfterMs: _retryAfterMs, duration_ms, ...said }: Outcome) {
  return { at: new Date(Date.now() - duration_ms).toISOString(), ...said, duration_ms };
}
