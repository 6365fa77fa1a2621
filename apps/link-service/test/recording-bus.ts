import {
  type ErasureCompleted,
  erasureCompleted,
  type LinkChanged,
  linkChanged,
  type QueueName,
} from '#contracts';
import { BusUnavailableError, type EventBus, type EventMessage, type Subscription } from '#events';

/**
 * A bus that accepts events at once and remembers them; while `isDown` it refuses them as a real one would. Events for
 * link-service's own consumers come from `deliver`.
 */
export class RecordingBus implements EventBus {
  isDown = false;
  readonly events: LinkChanged[] = [];
  readonly answers: ErasureCompleted[] = [];
  private readonly handlers = new Map<QueueName, (json: string[]) => Promise<unknown>>();

  async publish({ routingKey, events }: EventMessage): Promise<void> {
    if (this.isDown) throw new BusUnavailableError('the broker is away');
    if (routingKey === erasureCompleted.routingKey) {
      this.answers.push(...events.map((event) => erasureCompleted.parse(event)));
      return;
    }
    if (routingKey !== linkChanged.routingKey) throw new Error(`link-service published ${routingKey}`);
    this.events.push(...events.map((event) => linkChanged.parse(event)));
  }

  of(trackingId: string): LinkChanged[] {
    return this.events.filter((event) => event.tracking_id === trackingId);
  }

  async subscribe<T>({ queue, event, handle }: Subscription<T>): Promise<void> {
    this.handlers.set(queue, (json) => handle(json.map((text) => event.parse(text))));
  }

  /** Hands events to the queue's consumer as one batch; settles as its handler does. */
  async deliver(queue: QueueName, events: object[]): Promise<void> {
    const handle = this.handlers.get(queue);
    if (!handle) throw new Error(`nothing consumes ${queue}`);
    await handle(events.map((event) => JSON.stringify(event)));
  }

  async tail(): Promise<void> {}
  async eraseDeadLetters(): Promise<number> {
    return 0;
  }
  async turnOver(): Promise<void> {}
  async checkHealth(): Promise<void> {}
  async close(): Promise<void> {}
}
