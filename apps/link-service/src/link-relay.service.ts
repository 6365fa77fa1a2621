import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { linkChanged } from '#contracts';
import { EVENT_BUS, type EventBus } from '#events';
import { LINK_SERVICE_CONFIG, LINKS_DATA_SOURCE, type LinkServiceConfig } from './config.js';
import { LinkMetrics } from './link-metrics.service.js';
import { toLinkChanged } from './link-state.js';
import { publishStates } from './link-states.query.js';
import { numberChanges } from './number-changes.query.js';
import { PollingLoop } from './polling-loop.js';

/** How soon a change made by hand in the database is noticed; the service's own changes wake the relay. */
const IDLE_MS = 200;
/** Events in one message of the bus. */
const EVENTS_PER_MESSAGE = 200;
/** Longest a stop waits for the round in hand; what is cut off is done again after the next start. */
const STOP_DEADLINE_MS = 5_000;

/**
 * Carries changed links to the gateways, from whatever hand the change came: numbers them, then publishes
 * `link.changed.v1` with the whole state. Two loops, because numbering must go on while the bus is away: then
 * gateways still catch up by revision.
 *
 * At least once, in order of revision. Any number of processes may run it; one at a time does each step.
 */
@Injectable()
export class LinkRelayService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly numbering = new PollingLoop({
    round: async () => (await this.numberOnce()).more,
    idleMs: IDLE_MS,
    onFailure: (err) => this.logger.warn({ err }, 'link changes cannot be numbered, trying again'),
  });
  private readonly publishing = new PollingLoop({
    round: async () => (await this.publishOnce()) === EVENTS_PER_MESSAGE,
    idleMs: IDLE_MS,
    onFailure: (err) => {
      this.metrics.publishFailures.inc();
      this.logger.warn({ err }, 'link changes cannot be published, trying again');
    },
  });

  constructor(
    @Inject(LINKS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(LINK_SERVICE_CONFIG) private readonly config: LinkServiceConfig,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    private readonly metrics: LinkMetrics,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.numbering.start();
    this.publishing.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.numbering.stop(STOP_DEADLINE_MS);
    await this.publishing.stop(STOP_DEADLINE_MS);
  }

  /** Tells the relay that a link has just been changed. */
  wake(): void {
    this.numbering.wake();
  }

  private async numberOnce() {
    const result = await numberChanges(this.dataSource, this.config);
    for (const { trackingId, reason } of result.unusable) {
      this.metrics.unusableRows.inc();
      this.logger.warn(
        { tracking_id: trackingId, reason },
        'link row cannot be used, its link keeps the state it had',
      );
    }
    if (result.notes > 0) this.publishing.wake();
    return result;
  }

  private async publishOnce(): Promise<number> {
    const published = await publishStates(this.dataSource, {
      limit: EVENTS_PER_MESSAGE,
      publish: (states) =>
        this.bus.publish({
          routingKey: linkChanged.routingKey,
          events: states.map((state) => JSON.stringify(toLinkChanged(state))),
        }),
    });
    this.metrics.published.inc(published);
    return published;
  }
}
