import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource, type EntityManager } from 'typeorm';
import { EVENT_BUS, type EventBus, type EventMessage, OutboxRelay, type OutboxRow } from '#events';
import { Metrics } from '#platform';
import { LINK_SERVICE_CONFIG, LINKS_DATA_SOURCE, type LinkServiceConfig } from './config.js';
import { LinkMetrics } from './link-metrics.service.js';
import { LINK_CHANGES_TABLE, numberChanges, OUTBOX_TABLE } from './number-changes.query.js';

/** How soon a change made by hand, and an event that is ready to leave, are noticed. */
const POLL_MS = 100;
/** Notes numbered in one transaction. */
const NUMBERING_BATCH_SIZE = 1_000;

/**
 * Carries changed links to the gateways, from whatever hand the change came: numbers them, then publishes
 * `link.changed.v1` with the whole state. Two relays, because numbering must go on while the bus is away: then
 * gateways still catch up by revision.
 *
 * At least once, in order of revision. Any number of processes may run it; one at a time does each step.
 */
@Injectable()
export class LinkRelayService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly numbering: OutboxRelay;
  private readonly publishing: OutboxRelay;

  constructor(
    @Inject(LINKS_DATA_SOURCE) dataSource: DataSource,
    @Inject(LINK_SERVICE_CONFIG) private readonly config: LinkServiceConfig,
    @Inject(EVENT_BUS) bus: EventBus,
    private readonly linkMetrics: LinkMetrics,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    const options = { dataSource, logger, pollMs: POLL_MS };
    this.numbering = new OutboxRelay({
      ...options,
      table: LINK_CHANGES_TABLE,
      bus,
      batchSize: NUMBERING_BATCH_SIZE,
      toMessages: (notes, manager) => this.number(notes, manager),
    });
    this.publishing = new OutboxRelay({
      ...options,
      table: OUTBOX_TABLE,
      bus: {
        publish: async (message) => {
          await bus.publish(message);
          linkMetrics.published.inc(message.events.length);
        },
      },
    });
    metrics.addOutbox('link_changes', () => this.numbering.measureBacklog());
    metrics.addOutbox('links', () => this.publishing.measureBacklog());
  }

  onApplicationBootstrap(): void {
    this.numbering.start();
    this.publishing.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.numbering.stop(), this.publishing.stop()]);
  }

  /** Tells the relay that a link has just been changed. */
  wake(): void {
    this.numbering.wake();
  }

  /** Sends nothing itself: events go out by the other relay once their numbers are committed. */
  private async number(notes: readonly OutboxRow[], manager: EntityManager): Promise<EventMessage[]> {
    for (const { trackingId, reason } of await numberChanges(manager, { notes, config: this.config })) {
      this.linkMetrics.unusableRows.inc();
      this.logger.warn(
        { tracking_id: trackingId, reason },
        'link row cannot be used, its link keeps the state it had',
      );
    }
    return [];
  }
}
