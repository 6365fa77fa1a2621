import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { backoffDelayMs, pause, waitAtMost } from './backoff.js';
import { BatchCollector, type Collectable } from './batch-collector.js';
import type { BusLogger } from './bus-logger.js';
import type { BusMetrics } from './bus-metrics.js';
import { type DeadRecord, giveUpOn, handOver, type Outcome, type Records, readRecords } from './delivery.js';
import type { Subscription } from './event-bus.js';
import { DELIVERY_LIMIT, MAX_REDELIVERY_FACTOR } from './limits.js';
import { decodeBody } from './message-body.js';
import type { Attachment } from './rabbitmq-connection.js';
import { FAILURES_HEADER } from './rabbitmq-topology.js';

/** Then the broker has no other copy of what it delivered, so that is still stored. */
const DELETED = 'the queue was deleted';
/** Messages the broker hands out ahead: bounds what lies in memory, a message holding up to some hundred events. */
const MAX_PREFETCH = 256;
const CLOSE_TIMEOUT_MS = 2_000;
/** Longest wait between two attempts in an outage, in first waits: ten seconds. */
const MAX_OUTAGE_FACTOR = 100;

export interface RabbitmqConsumerOptions {
  subscription: Subscription<unknown>;
  logger: BusLogger;
  metrics: BusMetrics;
  /** Resolves when the record lies in the dead-letter queue, confirmed. */
  park(queue: string, record: DeadRecord): Promise<void>;
  /** Resolves when a copy of the message lies at the end of its queue, confirmed. */
  sendBack(message: { queue: string; body: Buffer; failures: number }): Promise<void>;
  /** First wait before a failed message is given back, or a held batch handed over again; doubles with each attempt. */
  redeliveryDelayMs: number;
}

interface Delivery extends Collectable {
  readonly message: ConsumeMessage;
  readonly channel: OpenChannel;
  readonly records: Records<unknown>;
  /** How often its handler has failed so far. */
  readonly failures: number;
}

interface OpenChannel {
  readonly channel: Channel;
  /** Aborted when the channel is lost: what it delivered can no longer be acknowledged, the broker delivers it again. */
  readonly gone: AbortSignal;
  /** Aborted then, and when the consumer closes. */
  readonly stop: AbortSignal;
}

/** One subscription: collects messages into batches, hands them over one at a time, settles them with the broker. */
export class RabbitmqConsumer implements Attachment {
  readonly name: string;
  private readonly collector: BatchCollector<Delivery>;
  private readonly prefetch: number;
  private readonly closing = new AbortController();
  private live: { channel: Channel; consumerTag: string } | undefined;

  constructor(private readonly options: RabbitmqConsumerOptions) {
    const { queue, batch } = options.subscription;
    this.name = queue;
    this.prefetch = Math.min(Math.max(2 * batch.maxEvents, 2), MAX_PREFETCH);
    const limits = { ...batch, maxMessages: this.prefetch / 2 };
    this.collector = new BatchCollector<Delivery>(limits, (deliveries) => this.work(deliveries));
  }

  async open(connection: ChannelModel, lost: (reason: string) => void): Promise<void> {
    const channel = await connection.createChannel();
    const gone = new AbortController();
    let reason = 'connection or channel closed';
    channel.on('error', (error) => {
      reason = error.message;
    });
    channel.on('close', () => {
      gone.abort();
      this.live = undefined;
      if (reason !== DELETED) this.collector.discard();
      lost(reason);
    });
    const stop = AbortSignal.any([this.closing.signal, gone.signal]);
    const open = { channel, gone: gone.signal, stop };
    await channel.prefetch(this.prefetch);
    const { consumerTag } = await channel.consume(this.name, (message) => {
      if (message) return this.receive(message, open);
      reason = DELETED;
      void channel.close().catch(() => undefined);
    });
    this.live = { channel, consumerTag };
  }

  isLive(): boolean {
    return this.live !== undefined;
  }

  /** Stops receiving, gives back what was not started and waits for the batch in hand. */
  async close(): Promise<void> {
    this.closing.abort();
    const live = this.live;
    if (live) await waitAtMost(CLOSE_TIMEOUT_MS, cancel(live));
    for (const { message, channel } of this.collector.discard()) {
      if (!channel.gone.aborted) channel.channel.nack(message, false, true);
    }
    await this.collector.settle();
    this.live = undefined;
    if (live) await waitAtMost(CLOSE_TIMEOUT_MS, close(live));
  }

  private receive(message: ConsumeMessage, channel: OpenChannel): void {
    const texts = decodeBody(message.content);
    const records: Records<unknown> = texts
      ? readRecords(this.options.subscription.event, texts)
      : {
          events: [],
          texts: [],
          unreadable: [{ body: message.content.toString(), reason: 'not a JSON array' }],
        };
    const failures = Number(message.properties.headers?.[FAILURES_HEADER] ?? 0);
    const isAlone = message.fields.redelivered || failures > 0;
    if (isAlone) this.options.metrics.countRedelivery(this.name);
    this.collector.add({
      message,
      channel,
      records,
      isAlone,
      failures,
      eventCount: Math.max(records.events.length, 1),
    });
  }

  private async work(deliveries: readonly Delivery[]): Promise<void> {
    const last = deliveries.at(-1);
    if (!last) return;
    const { stop } = last.channel; // those before it may be of a channel whose queue was deleted
    const outcome = await this.handOverUntilSettled(deliveries, stop);
    if (outcome.kind === 'stored') {
      const isParked = await this.parkAll(outcome.dead, stop);
      if (isParked) this.acknowledge(deliveries);
    } else if (outcome.kind === 'failed') {
      const fields = { err: outcome.error, queue: this.name, messages: deliveries.length };
      this.options.logger.warn(fields, 'a batch failed and is delivered again');
      for (const delivery of deliveries) void this.sendBackOrPark(delivery, outcome.error);
    }
  }

  private async handOverUntilSettled(deliveries: readonly Delivery[], stop: AbortSignal): Promise<Outcome> {
    const messages = deliveries.map((delivery) => delivery.records);
    for (let attempt = 0; ; attempt++) {
      const outcome = await handOver(this.options.subscription, messages);
      if (outcome.kind !== 'later' || stop.aborted) return outcome;
      const fields = { err: outcome.error, queue: this.name };
      if (attempt === 0) this.options.logger.warn(fields, 'a batch is held through an outage');
      await pause(this.outageDelayMs(attempt), stop);
      if (stop.aborted) return outcome;
    }
  }

  /** False when it had to stop before everything was parked. */
  private async parkAll(dead: readonly DeadRecord[], stop: AbortSignal): Promise<boolean> {
    for (const record of dead) {
      if (!(await this.insist(() => this.options.park(this.name, record), stop))) return false;
      this.options.metrics.countParked(this.name, 1);
      this.options.logger.error(
        { queue: this.name, reason: record.reason },
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
        const fields = { err: error, queue: this.name };
        if (attempt === 0) this.options.logger.warn(fields, 'a message cannot be given back or parked yet');
      }
      if (stop.aborted) return false;
      await pause(this.outageDelayMs(attempt), stop);
    }
  }

  private outageDelayMs(attempt: number): number {
    const firstMs = this.options.redeliveryDelayMs;
    return backoffDelayMs(attempt, { firstMs, maxMs: firstMs * MAX_OUTAGE_FACTOR });
  }

  private acknowledge(deliveries: readonly Delivery[]): void {
    for (const { message, channel } of deliveries) if (!channel.gone.aborted) channel.channel.ack(message);
  }

  /**
   * Failures are counted in a header of a new copy, as the broker's own count also grows with every crash and lost
   * connection. The wait keeps a failing message from spinning.
   */
  private async sendBackOrPark(delivery: Delivery, error: Error): Promise<void> {
    const { message, records, failures } = delivery;
    const { stop } = delivery.channel;
    if (failures >= DELIVERY_LIMIT) {
      const isParked = await this.parkAll(giveUpOn(records, error), stop);
      if (isParked) this.acknowledge([delivery]);
      return;
    }
    const firstMs = this.options.redeliveryDelayMs;
    await pause(backoffDelayMs(failures, { firstMs, maxMs: firstMs * MAX_REDELIVERY_FACTOR }), stop);
    if (stop.aborted) return; // the broker delivers it again
    const copy = { queue: this.name, body: message.content, failures: failures + 1 };
    const isBack = await this.insist(() => this.options.sendBack(copy), stop);
    if (isBack) this.acknowledge([delivery]);
  }
}

/** Closing what is closed already throws at once. */
async function close({ channel }: { channel: Channel }): Promise<void> {
  await channel.close();
}

async function cancel({ channel, consumerTag }: { channel: Channel; consumerTag: string }): Promise<void> {
  await channel.cancel(consumerTag);
}
