import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { pause, waitAtMost } from './backoff.js';
import { BatchCollector } from './batch-collector.js';
import type { QueueFigures } from './bus-metrics.js';
import { handOver, type Outcome, type Records, readRecords } from './delivery.js';
import { BusUnavailableError, type Subscription } from './event-bus.js';
import { countEvents, decodeBody } from './message-body.js';
import type { Attachment } from './rabbitmq-connection.js';
import {
  type Delivery,
  type OpenChannel,
  RabbitmqSettlement,
  type SettlementOptions,
} from './rabbitmq-settlement.js';
import { deadLetterQueueOf, FAILURES_HEADER, TRACE_HEADER } from './rabbitmq-topology.js';

/** Then the broker has no other copy of what it delivered, so that is still stored. */
const DELETED = 'the queue was deleted';
/**
 * Messages the broker hands out ahead, a message holding up to some hundred events. They wait as they came: parsed, they
 * take several times the memory, and garbage collectors that see them wait take them for something that stays. They
 * are what a consumer holds outside its heap: 200 clicks are 140 KB, and 2 MB where somebody makes every header as long as
 * a gateway lets it be.
 */
const MAX_PREFETCH = 128;
/** An event's size in a batch that is full by their number alone. */
const EVENT_BYTES = 2_048;
const CLOSE_TIMEOUT_MS = 2_000;

export type RabbitmqConsumerOptions = Omit<SettlementOptions, 'queue'> & {
  subscription: Subscription<unknown>;
};

/** One subscription: collects messages into batches, hands them over one at a time, settles them with the broker. */
export class RabbitmqConsumer implements Attachment {
  readonly name: string;
  private readonly collector: BatchCollector<Delivery>;
  private readonly prefetch: number;
  private readonly settlement: RabbitmqSettlement;
  private readonly closing = new AbortController();
  private live: { connection: ChannelModel; channel: Channel; consumerTag: string } | undefined;

  constructor(private readonly options: RabbitmqConsumerOptions) {
    const { queue, batch } = options.subscription;
    this.name = queue;
    this.settlement = new RabbitmqSettlement({ ...options, queue });
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
    this.live = { connection, channel, consumerTag };
  }

  /** On a channel of its own, which a queue that is not there costs. Rejects then, and while there is no connection. */
  async measure(): Promise<QueueFigures> {
    const { live, name } = this;
    if (!live) throw new BusUnavailableError(`no live consumer on ${name}`);
    const channel = await live.connection.createChannel();
    channel.on('error', () => undefined); // what was asked of it rejects
    const waiting = await channel.checkQueue(name);
    const dead = await channel.checkQueue(deadLetterQueueOf(name));
    await channel.close();
    return { queue: name, waiting: waiting.messageCount, dead: dead.messageCount };
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
    const failures = Number(message.properties.headers?.[FAILURES_HEADER] ?? 0);
    const isAlone = message.fields.redelivered || failures > 0;
    if (isAlone) this.options.metrics.countRedelivery(this.name);
    const { content } = message;
    // A batch is bounded by its bytes too: a message of large events counts for more of them.
    const eventCount = Math.max(countEvents(content), Math.ceil(content.length / EVENT_BYTES));
    this.collector.add({ message, channel, isAlone, failures, eventCount });
  }

  private read({ content, properties }: ConsumeMessage): Records<unknown> {
    const texts = decodeBody(content);
    if (texts) return readRecords(this.options.subscription.event, texts, properties.headers?.[TRACE_HEADER]);
    const unreadable = [{ body: content.toString(), reason: 'not a JSON array' }];
    return { events: [], texts: [], unreadable };
  }

  private async work(deliveries: readonly Delivery[]): Promise<void> {
    const last = deliveries.at(-1);
    if (!last) return;
    const { stop } = last.channel; // those before it may be of a channel whose queue was deleted
    const messages = deliveries.map(({ message }) => this.read(message));
    const outcome = await this.handOverUntilSettled(messages, stop);
    if (outcome.kind === 'stored') {
      await this.settlement.parkAndAcknowledge({ dead: outcome.dead, deliveries, stop });
    } else if (outcome.kind === 'failed') {
      const fields = { err: outcome.error, queue: this.name, messages: deliveries.length };
      this.options.logger.warn(fields, 'a batch failed and is delivered again');
      for (const delivery of deliveries) {
        const records = this.read(delivery.message);
        void this.settlement.sendBackOrPark(delivery, { records, error: outcome.error });
      }
    }
  }

  private async handOverUntilSettled(
    messages: readonly Records<unknown>[],
    stop: AbortSignal,
  ): Promise<Outcome> {
    for (let attempt = 0; ; attempt++) {
      const outcome = await handOver(this.options.subscription, messages);
      if (outcome.kind !== 'later' || stop.aborted) return outcome;
      const fields = { err: outcome.error, queue: this.name };
      if (attempt === 0) this.options.logger.warn(fields, 'a batch is held through an outage');
      await pause(this.settlement.outageDelayMs(attempt), stop);
      if (stop.aborted) return outcome;
    }
  }
}

/** Closing what is closed already throws at once. */
async function close({ channel }: { channel: Channel }): Promise<void> {
  await channel.close();
}

async function cancel({ channel, consumerTag }: { channel: Channel; consumerTag: string }): Promise<void> {
  await channel.cancel(consumerTag);
}
