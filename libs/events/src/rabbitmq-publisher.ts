import { randomUUID } from 'node:crypto';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import type { BusMetrics } from './bus-metrics.js';
import { BusUnavailableError } from './event-bus.js';
import type { Attachment } from './rabbitmq-connection.js';

/** Bounds on what is sent but not confirmed: beyond them `send` rejects at once. */
const MAX_UNCONFIRMED_MESSAGES = 1_000;
const MAX_UNCONFIRMED_BYTES = 64 * 1024 * 1024;
const CONFIRM_TIMEOUT_MS = 10_000;

export interface OutgoingMessage {
  exchange: string;
  routingKey: string;
  body: Buffer;
  headers?: Record<string, string | number>;
  /** An exchange that gets a copy for whoever listens right now. It is routed before the message is confirmed. */
  copyTo?: string;
}

interface Unconfirmed {
  bytes: number;
  settle(error?: Error): void;
}

/**
 * Publishes persistent messages on a confirm channel. `mandatory`: a message that no queue takes is returned and
 * then confirmed all the same, so a return counts as failure. Nothing waits in memory to be sent.
 */
export class RabbitmqPublisher implements Attachment {
  readonly name = 'publisher';
  private readonly unconfirmed = new Map<string, Unconfirmed>();
  private unconfirmedBytes = 0;
  private channel: ConfirmChannel | undefined;
  private reopen: ((reason: string) => void) | undefined;

  /** `findBlock` says why the broker blocks publishers at present, undefined when it does not. */
  constructor(
    private readonly metrics: BusMetrics,
    private readonly findBlock: () => string | undefined = () => undefined,
  ) {}

  async open(connection: ChannelModel, lost: (reason: string) => void): Promise<void> {
    const channel = await connection.createConfirmChannel();
    let reason = 'connection or channel closed';
    channel.on('error', (error) => {
      reason = error.message;
    });
    channel.on('close', () => {
      this.channel = undefined;
      this.rejectAll(`broker channel lost: ${reason}`);
      lost(reason);
    });
    channel.on('return', ({ properties, fields }) => {
      this.metrics.countReturn();
      this.settle(properties.messageId, new BusUnavailableError(`no queue takes ${fields.routingKey}`));
      // A queue of the topology was deleted: opening again declares it.
      this.reopen?.('a message was returned as unroutable');
    });
    this.reopen = (because) => {
      this.reopen = undefined;
      reason = because;
      void channel.close().catch(() => undefined);
    };
    this.channel = channel;
  }

  /** Resolves when the broker has confirmed the message. Rejects with BusUnavailableError, promptly or after the timeout. */
  send(message: OutgoingMessage): Promise<void> {
    const refusal = this.findRefusal(message);
    if (refusal) return Promise.reject(new BusUnavailableError(refusal));
    return new Promise((resolve, reject) => {
      const messageId = randomUUID();
      const startedAt = performance.now();
      const timer = setTimeout(() => {
        this.settle(
          messageId,
          new BusUnavailableError(`not confirmed within ${CONFIRM_TIMEOUT_MS / 1000} s`),
        );
      }, CONFIRM_TIMEOUT_MS);
      this.unconfirmedBytes += message.body.length;
      this.unconfirmed.set(messageId, {
        bytes: message.body.length,
        settle: (error) => {
          clearTimeout(timer);
          if (error) return reject(error);
          this.metrics.observeConfirm(startedAt);
          resolve();
        },
      });
      this.write(messageId, message);
    });
  }

  checkHealth(): void {
    const block = this.findBlock();
    if (!this.channel) throw new BusUnavailableError('not connected to the broker');
    if (block) throw new BusUnavailableError(`the broker blocks publishers: ${block}`);
  }

  /** What is in flight is not confirmed while the broker does not read: its senders must know now. */
  rejectAll(reason: string): void {
    for (const messageId of [...this.unconfirmed.keys()])
      this.settle(messageId, new BusUnavailableError(reason));
  }

  /** Waits for what is in flight, at most the confirm timeout. */
  async close(): Promise<void> {
    while (this.unconfirmed.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  private findRefusal({ body }: OutgoingMessage): string | undefined {
    if (!this.channel) return 'not connected to the broker';
    const block = this.findBlock();
    if (block) return `the broker blocks publishers: ${block}`;
    const isFull =
      this.unconfirmed.size >= MAX_UNCONFIRMED_MESSAGES ||
      (this.unconfirmed.size > 0 && this.unconfirmedBytes + body.length > MAX_UNCONFIRMED_BYTES);
    return isFull ? 'too much is unconfirmed already' : undefined;
  }

  private write(messageId: string, { exchange, routingKey, body, headers, copyTo }: OutgoingMessage): void {
    const options = {
      persistent: true,
      mandatory: true,
      messageId,
      contentType: 'application/json',
      timestamp: Math.floor(Date.now() / 1000),
      type: routingKey,
      headers,
    };
    try {
      if (copyTo) this.channel?.publish(copyTo, routingKey, body, { contentType: 'application/json' });
      this.channel?.publish(exchange, routingKey, body, options, (error) => {
        this.settle(
          messageId,
          error ? new BusUnavailableError('the broker did not accept it', { cause: error }) : undefined,
        );
      });
    } catch (cause) {
      this.settle(messageId, new BusUnavailableError('the broker channel is closed', { cause }));
    }
  }

  private settle(messageId: string, error?: Error): void {
    const message = this.unconfirmed.get(messageId);
    if (!message) return;
    this.unconfirmed.delete(messageId);
    this.unconfirmedBytes -= message.bytes;
    message.settle(error);
  }
}
