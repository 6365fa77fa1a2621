import type { ChannelModel } from 'amqplib';
import type { BusLogger } from './bus-logger.js';
import type { Tail } from './event-bus.js';
import { decodeBody } from './message-body.js';
import type { Attachment } from './rabbitmq-connection.js';
import { TAIL_EXCHANGE } from './rabbitmq-topology.js';

/** A listener of this process alone: a queue that the broker removes with the connection. */
export class RabbitmqTail implements Attachment {
  readonly name: string;

  constructor(
    private readonly tail: Tail<unknown>,
    private readonly logger: BusLogger,
  ) {
    this.name = `tail of ${tail.event.routingKey}`;
  }

  async open(connection: ChannelModel, lost: (reason: string) => void): Promise<void> {
    const channel = await connection.createChannel();
    let reason = 'connection or channel closed';
    channel.on('error', (error) => {
      reason = error.message;
    });
    channel.on('close', () => lost(reason));
    const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true, durable: false });
    await channel.bindQueue(queue, TAIL_EXCHANGE, this.tail.event.routingKey);
    const receive = (body: Buffer) => {
      for (const text of decodeBody(body) ?? []) this.show(text);
    };
    await channel.consume(
      queue,
      (message) => {
        if (message) return receive(message.content);
        reason = 'the queue was deleted';
        void channel.close().catch(() => undefined);
      },
      { noAck: true },
    );
    this.tail.onConnected();
  }

  private show(text: string): void {
    try {
      this.tail.handle(this.tail.event.parse(text));
    } catch (error) {
      this.logger.warn({ err: error, routing_key: this.tail.event.routingKey }, 'a tail missed an event');
    }
  }
}
