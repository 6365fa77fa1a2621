import { type LinkChanged, linkChanged } from '#contracts';
import { BusUnavailableError, type EventBus, type EventMessage } from '#events';

/** A bus that accepts events at once and remembers them; while `isDown` it refuses them as a real one would. */
export class RecordingBus implements EventBus {
  isDown = false;
  readonly events: LinkChanged[] = [];

  async publish({ routingKey, events }: EventMessage): Promise<void> {
    if (this.isDown) throw new BusUnavailableError('the broker is away');
    if (routingKey !== linkChanged.routingKey) throw new Error(`link-service published ${routingKey}`);
    this.events.push(...events.map((event) => linkChanged.parse(event)));
  }

  of(trackingId: string): LinkChanged[] {
    return this.events.filter((event) => event.tracking_id === trackingId);
  }

  async subscribe(): Promise<void> {}
  async tail(): Promise<void> {}
  async checkHealth(): Promise<void> {}
  async close(): Promise<void> {}
}
