import type { Channel, ConsumeMessage } from 'amqplib';
import { backoffDelayMs, pause } from './backoff.js';
import type { Collectable } from './batch-collector.js';
import type { BusLogger } from './bus-logger.js';
import type { BusMetrics } from './bus-metrics.js';
import { type DeadRecord, giveUpOn, type Records } from './delivery.js';
import { DELIVERY_LIMIT, MAX_REDELIVERY_FACTOR } from './limits.js';

/** Longest wait between two attempts in an outage, in first waits: ten seconds. */
const MAX_OUTAGE_FACTOR = 100;

export interface SettlementOptions {
  queue: string;
  logger: BusLogger;
  metrics: BusMetrics;
  /** Resolves when the record lies in the dead-letter queue, confirmed. */
  park(queue: string, record: DeadRecord): Promise<void>;
  /** Resolves when a copy of the message lies at the end of its queue, confirmed. */
  sendBack(message: { queue: string; body: Buffer; failures: number }): Promise<void>;
  /** First wait before a failed message is given back, or a held batch handed over again; doubles with each attempt. */
  redeliveryDelayMs: number;
}

/** A message in hand. */
export interface Delivery extends Collectable {
  readonly message: ConsumeMessage;
  readonly channel: OpenChannel;
  /** How often its handler has failed so far. */
  readonly failures: number;
}

export interface OpenChannel {
  readonly channel: Channel;
  /** Aborted when the channel is lost: what it delivered can no longer be acknowledged, the broker delivers it again. */
  readonly gone: AbortSignal;
  /** Aborted then, and when the consumer closes. */
  readonly stop: AbortSignal;
}

/** How a consumer lets go of messages: stored, parked, or back to the queue. Nothing is acknowledged before it is safe. */
export class RabbitmqSettlement {
  constructor(private readonly options: SettlementOptions) {}

  /** Parks what cannot be stored, then acknowledges; neither when it had to stop before everything was parked. */
  async parkAndAcknowledge(o: {
    dead: readonly DeadRecord[];
    deliveries: readonly Delivery[];
    stop: AbortSignal;
  }): Promise<void> {
    if (await this.parkAll(o.dead, o.stop)) this.acknowledge(o.deliveries);
  }

  /**
   * Failures are counted in a header of a new copy, as the broker's own count also grows with every crash and lost
   * connection. The wait keeps a failing message from spinning.
   */
  async sendBackOrPark(
    delivery: Delivery,
    { records, error }: { records: Records<unknown>; error: Error },
  ): Promise<void> {
    const { message, failures } = delivery;
    const { stop } = delivery.channel;
    if (failures >= DELIVERY_LIMIT) {
      await this.parkAndAcknowledge({ dead: giveUpOn(records, error), deliveries: [delivery], stop });
      return;
    }
    const firstMs = this.options.redeliveryDelayMs;
    await pause(backoffDelayMs(failures, { firstMs, maxMs: firstMs * MAX_REDELIVERY_FACTOR }), stop);
    if (stop.aborted) return; // the broker delivers it again
    const copy = { queue: this.options.queue, body: message.content, failures: failures + 1 };
    const isBack = await this.insist(() => this.options.sendBack(copy), stop);
    if (isBack) this.acknowledge([delivery]);
  }

  /** Wait before attempt `attempt + 1`, counted from 0, while something is away. */
  outageDelayMs(attempt: number): number {
    const firstMs = this.options.redeliveryDelayMs;
    return backoffDelayMs(attempt, { firstMs, maxMs: firstMs * MAX_OUTAGE_FACTOR });
  }

  /** False when it had to stop before everything was parked. */
  private async parkAll(dead: readonly DeadRecord[], stop: AbortSignal): Promise<boolean> {
    for (const record of dead) {
      if (!(await this.insist(() => this.options.park(this.options.queue, record), stop))) return false;
      this.options.metrics.countParked(this.options.queue, 1);
      this.options.logger.error(
        { queue: this.options.queue, reason: record.reason },
        'a record was parked as a dead letter',
      );
    }
    return true;
  }

  /** Publishes until the broker has confirmed; false when it had to stop before. */
  private async insist(publish: () => Promise<void>, stop: AbortSignal): Promise<boolean> {
    for (let attempt = 0; ; attempt++) {
      try {
        await publish();
        return true;
      } catch (error) {
        const fields = { err: error, queue: this.options.queue };
        if (attempt === 0) this.options.logger.warn(fields, 'a message cannot be given back or parked yet');
      }
      if (stop.aborted) return false;
      await pause(this.outageDelayMs(attempt), stop);
    }
  }

  private acknowledge(deliveries: readonly Delivery[]): void {
    for (const { message, channel } of deliveries) if (!channel.gone.aborted) channel.channel.ack(message);
  }
}
