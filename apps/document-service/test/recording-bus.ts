import { BusUnavailableError, type EventBus, type EventMessage } from '#events';

/** Takes events and keeps them; can be away. */
export class RecordingBus implements EventBus {
  readonly messages: EventMessage[] = [];
  isAway = false;

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

  async subscribe(): Promise<void> {}
  async tail(): Promise<void> {}
  async eraseDeadLetters(): Promise<number> {
    return 0;
  }
  async turnOver(): Promise<void> {}
  async checkHealth(): Promise<void> {}
  async close(): Promise<void> {}
}
