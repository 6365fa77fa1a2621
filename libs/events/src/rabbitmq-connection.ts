import type { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';
import { backoffDelayMs, pause, waitAtMost } from './backoff.js';
import type { BusLogger } from './bus-logger.js';
import { connectToBroker } from './connect-to-broker.js';
import { toError } from './delivery.js';
import { declareTopology } from './rabbitmq-topology.js';

const RECONNECT = { firstMs: 100, maxMs: 5_000 };
const CLOSE_TIMEOUT_MS = 2_000;

/** Something that lives on a channel: a publisher, a consumer, a tail. */
export interface Attachment {
  /** For the log. */
  readonly name: string;
  /** Opens its channel and resolves when it works; rejects when that fails. Must call `lost` once it no longer works. */
  open(connection: ChannelModel, lost: (reason: string) => void): Promise<void>;
}

/**
 * One AMQP connection that is opened again, with a backoff and for ever, when it is lost. What is attached to it is
 * opened again likewise, each on its own, when its channel is lost, after the topology has been declared.
 */
export class RabbitmqConnection {
  private readonly closing = new AbortController();
  private readonly loops: Promise<void>[] = [];
  private connection: ChannelModel | undefined;
  private connecting: Promise<ChannelModel> | undefined;
  private blockedBecause: string | undefined;
  private hasSaidDifferent = false;

  constructor(
    private readonly options: {
      url: string;
      /** Shown in the broker's list of connections. */
      name: string;
      logger: BusLogger;
      /** Told why the broker takes no messages from now on, and undefined when it does again. */
      onBlock?(reason: string | undefined): void;
    },
  ) {}

  /** Resolves when the attachment has opened for the first time, or the connection is closed before that. */
  attach(attachment: Attachment): Promise<void> {
    return new Promise((opened) => {
      this.loops.push(this.keepOpen(attachment, opened).finally(opened));
    });
  }

  /** Why the broker takes no messages from this connection (memory or disk alarm); undefined when it does. */
  findBlock(): string | undefined {
    return this.blockedBecause;
  }

  /** First half of {@link close}: attachments that close from now on stay closed. */
  stopReopening(): void {
    this.closing.abort();
  }

  async close(): Promise<void> {
    this.stopReopening();
    const { connection } = this;
    if (connection) {
      await waitAtMost(CLOSE_TIMEOUT_MS, connection.close());
      (connection.connection as { stream?: Socket }).stream?.destroy();
    }
    await Promise.all(this.loops);
  }

  private async keepOpen(attachment: Attachment, opened: () => void): Promise<void> {
    const { logger, name } = this.options;
    let said = '';
    for (let attempt = 0; !this.closing.signal.aborted; attempt++) {
      try {
        const connection = await this.connect();
        this.sayDifferent(await declareTopology(connection));
        const openedAt = Date.now();
        const reason = await this.openUntilLost(attachment, connection, () => {
          if (attempt > 0)
            logger.info({ connection: name, attachment: attachment.name }, 'broker channel open again');
          said = '';
          opened();
        });
        if (this.closing.signal.aborted) return;
        logger.warn(
          { connection: name, attachment: attachment.name, reason },
          'broker channel lost, opening again',
        );
        if (Date.now() - openedAt > RECONNECT.maxMs) attempt = 0;
      } catch (error) {
        if (this.closing.signal.aborted) return;
        const err = toError(error);
        // Each reason once: a broker that is away for an hour is one line, a queue declared otherwise is another.
        if (err.message !== said) {
          logger.warn(
            { err, connection: name, attachment: attachment.name },
            'broker is not usable, trying again',
          );
        }
        said = err.message;
      }
      await pause(backoffDelayMs(attempt, RECONNECT), this.closing.signal);
    }
  }

  private connect(): Promise<ChannelModel> {
    if (this.connection) return Promise.resolve(this.connection);
    this.connecting ??= this.open().finally(() => {
      this.connecting = undefined;
    });
    return this.connecting;
  }

  private async open(): Promise<ChannelModel> {
    const connection = await connectToBroker(this.options.url, this.options.name);
    connection.on('error', () => undefined); // 'close' follows and says the same
    connection.on('close', () => {
      this.connection = undefined;
      this.setBlock(undefined);
    });
    connection.on('blocked', (reason) => {
      this.options.logger.warn({ connection: this.options.name, reason }, 'broker blocks publishers');
      this.setBlock(reason);
    });
    connection.on('unblocked', () => {
      this.setBlock(undefined);
      this.options.logger.info({ connection: this.options.name }, 'broker takes messages again');
    });
    this.connection = connection;
    if (this.closing.signal.aborted) await connection.close();
    return connection;
  }

  private sayDifferent(queues: readonly string[]): void {
    if (queues.length === 0 || this.hasSaidDifferent) return;
    this.hasSaidDifferent = true;
    const fields = { connection: this.options.name, queues };
    this.options.logger.warn(fields, 'queues exist with other arguments and are used as they are');
  }

  private setBlock(reason: string | undefined): void {
    this.blockedBecause = reason;
    this.options.onBlock?.(reason);
  }

  /** Resolves with the reason when the attachment, having opened, is lost; rejects when it does not open. */
  private openUntilLost(
    attachment: Attachment,
    connection: ChannelModel,
    onOpen: () => void,
  ): Promise<string> {
    const over = new AbortController();
    return new Promise<string>((lost, failed) => {
      this.closing.signal.addEventListener('abort', () => lost('closing'), { signal: over.signal });
      attachment.open(connection, lost).then(onOpen, failed);
    }).finally(() => over.abort());
  }
}
