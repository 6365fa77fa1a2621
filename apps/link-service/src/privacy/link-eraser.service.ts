import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { digestOf } from '#contracts';
import { BusUnavailableError, Eraser, EVENT_BUS, type EventBus } from '#events';
import { AccessEraser, isDatabaseOutage } from '#platform';
import { LINKS_DATA_SOURCE } from '../config.js';
import { LinkRelayService } from '../link-relay.service.js';
import { OUTBOX_TABLE } from '../number-changes.query.js';
import { ERASURE_LEDGER, findLinks, PERSONAL_TABLES } from './personal-links.js';

/** Erases links: gateways answer 410 for them from then on, and record nothing. */
@Injectable()
export class LinkEraser implements OnApplicationBootstrap {
  readonly eraser: Eraser;

  constructor(
    @Inject(LINKS_DATA_SOURCE) dataSource: DataSource,
    @Inject(EVENT_BUS) bus: EventBus,
    relay: LinkRelayService,
    access: AccessEraser,
    private readonly logger: PinoLogger,
  ) {
    this.eraser = new Eraser({
      service: 'links',
      dataSource,
      bus,
      logger,
      tables: PERSONAL_TABLES,
      ledger: ERASURE_LEDGER,
      outbox: OUTBOX_TABLE,
      widen: findLinks,
      // Of this service because it answers the calls about keys.
      eraseElsewhere: async ({ request: { subject } }) =>
        access.eraseUsers(
          (value) =>
            subject.kind === 'user' && digestOf({ ...subject, kind: 'user', value }) === subject.digest,
        ),
      alsoScrubbed: access.scrubbed,
      isOutage: (error) => isDatabaseOutage(error) || error instanceof BusUnavailableError,
      onAnswered: () => relay.wake(),
    });
  }

  /** Does not wait for the broker, as the other consumers. */
  onApplicationBootstrap(): void {
    this.eraser
      .start()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'erasures are not consumed'));
  }
}
