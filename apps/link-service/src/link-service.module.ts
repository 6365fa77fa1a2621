import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { LINK_CLIENT, LINK_RECORDS } from '#contracts';
import { EVENT_BUS, type EventBus } from '#events';
import { DatabaseModule, HealthChecks } from '#platform';
import { ApplicationLinksController } from './application-links.controller.js';
import { CandidateChangedConsumer } from './candidate-changed.consumer.js';
import { LINK_SERVICE_CONFIG, LINKS_DATA_SOURCE, type LinkServiceConfig } from './config.js';
import { DefaultOwnerService } from './default-owner.service.js';
import { InProcessLinkClient } from './in-process-link-client.js';
import { LinkEntity } from './link.entity.js';
import { LinkEditingController } from './link-editing.controller.js';
import { LinkEditingService } from './link-editing.service.js';
import { LinkMetrics } from './link-metrics.service.js';
import { LinkRelayService } from './link-relay.service.js';
import { LinksController } from './links.controller.js';
import { LinksService } from './links.service.js';
import { LinksGrpcController } from './links-grpc.controller.js';
import { CreateLinkTracking1763800000000 } from './migrations/1763800000000-create-link-tracking.js';
import { ExpireAndFollow1763810000000 } from './migrations/1763810000000-expire-and-follow.js';
import { FollowProfiles1763811000000 } from './migrations/1763811000000-follow-profiles.js';
import { EraseLinks1763820000000 } from './migrations/1763820000000-erase-links.js';
import { KnowProfileUrls1763830000000 } from './migrations/1763830000000-know-profile-urls.js';
import { LinkEraser } from './privacy/link-eraser.service.js';
import { LinkRecords, LinkRecordsController } from './privacy/link-records.controller.js';

/**
 * Link-service, alone or inside another process. Needs EVENT_BUS from a global module of that process. Exports
 * LINK_CLIENT and LINK_RECORDS and is global, so that modules of the same process reach links without the network.
 */
@Module({})
export class LinkServiceModule {
  constructor(health: HealthChecks, @Inject(EVENT_BUS) bus: EventBus) {
    // Links are minted, and caught up with, also while the bus is away.
    health.register('links_bus', () => bus.checkHealth(), { required: false });
  }

  static register(config: LinkServiceConfig): DynamicModule {
    return {
      module: LinkServiceModule,
      global: true,
      imports: [
        DatabaseModule.register({
          token: LINKS_DATA_SOURCE,
          url: config.DATABASE_URL,
          migrateAtStart: config.MIGRATE_AT_START,
          schema: 'links',
          entities: [LinkEntity],
          migrations: [
            CreateLinkTracking1763800000000,
            ExpireAndFollow1763810000000,
            FollowProfiles1763811000000,
            EraseLinks1763820000000,
            KnowProfileUrls1763830000000,
          ],
        }),
      ],
      controllers: [
        LinksController,
        LinkEditingController,
        ApplicationLinksController,
        LinksGrpcController,
        LinkRecordsController,
      ],
      providers: [
        { provide: LINK_SERVICE_CONFIG, useValue: config },
        CandidateChangedConsumer,
        DefaultOwnerService,
        LinkMetrics,
        LinkEraser,
        LinkRelayService,
        LinksService,
        LinkEditingService,
        InProcessLinkClient,
        { provide: LINK_CLIENT, useExisting: InProcessLinkClient },
        { provide: LINK_RECORDS, useClass: LinkRecords },
      ],
      exports: [LINK_CLIENT, LINK_RECORDS],
    };
  }
}
