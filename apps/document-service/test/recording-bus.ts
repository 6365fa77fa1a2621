import type { QueueName } from '#contracts';
import { BusUnavailableError, type EventBus, type EventMessage, type Subscription } from '#events';

/** Takes events and keeps them; can be away. */
export class RecordingBus implements EventBus {
  readonly messages: EventMessage[] = [];
  isAway = false;
  private readonly handlers = new Map<QueueName, (text: string) => Promise<unknown>>();

  async publish(message: EventMessage): Promise<void> {
    if (this.isAway) throw new BusUnavailableError('the broker is away');
    this.messages.push(message);
  }

  /** Events of a kind, in order of arrival. */
  events(routingKey: string): unknown[] {
    return this.messages
      .filter((message) => message.routingKey === routingKey)
      .flatMap(({ events }) => events.map((event) => JSON.parse(event)));
  }

  async subscribe<T>({ queue, event, handle }: Subscription<T>): Promise<void> {
    this.handlers.set(queue, (text) => handle([event.parse(text)]));
  }

  /** Hands an event to the queue's consumer; settles as its handler does. */
  async deliver(queue: QueueName, event: object): Promise<void> {
    await this.handlers.get(queue)?.(JSON.stringify(event));
  }

  async tail(): Promise<void> {}
  async eraseDeadLetters(): Promise<number> {
    return 0;
  }
  async turnOver(): Promise<void> {}
  async checkHealth(): Promise<void> {}
  async close(): Promise<void> {}
}
