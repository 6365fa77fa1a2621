import { type DynamicModule, Module } from '@nestjs/common';
import { DatabaseModule } from '#platform';
import { AnalyticsGrpcController } from './analytics-grpc.controller.js';
import { AnalyticsMetrics } from './analytics-metrics.js';
import { Answers } from './answers/answers.service.js';
import { ApplicationRefresh } from './applications/application-refresh.service.js';
import { ApplicationsController } from './applications/applications.controller.js';
import { Applications } from './applications/applications.service.js';
import { BookingEntity } from './bookings/booking.entity.js';
import { BookingMetrics } from './bookings/booking-metrics.js';
import { BookingProcessor } from './bookings/booking-processor.service.js';
import { BookingTargets } from './bookings/booking-target.service.js';
import { BookingWebhooksController } from './bookings/booking-webhooks.controller.js';
import { BookingsController } from './bookings/bookings.controller.js';
import { Bookings } from './bookings/bookings.service.js';
import { DeliveryInbox } from './bookings/delivery-inbox.service.js';
import { ClickFeed } from './clicks/click-feed.service.js';
import { ANALYTICS_CONFIG, type AnalyticsServiceConfig } from './config.js';
import { ClickRecordedConsumer } from './consumers/click-recorded.consumer.js';
import { DocumentGeneratedProjector } from './consumers/document-generated.projector.js';
import { LinkChangedProjector } from './consumers/link-changed.projector.js';
import { ANALYTICS_DATABASE, ANALYTICS_SCHEMA } from './database.js';
import { Places } from './enrichment/places.service.js';
import { VisitorFacts } from './enrichment/visitor-facts.service.js';
import { AnalyticsController } from './http/analytics.controller.js';
import { ClickReports } from './http/click-reports.js';
import { ClicksController } from './http/clicks.controller.js';
import { LinkTrackingHealthController } from './http/link-tracking-health.controller.js';
import { OwnClicksController } from './http/own-clicks.controller.js';
import { RecordClickController } from './http/record-click.controller.js';
import { TrackingIngestController } from './http/tracking-ingest.controller.js';
import { BacklogLog } from './ingest/backlog-log.js';
import { ClickIngest } from './ingest/click-ingest.js';
import { ClickPartitions } from './ingest/click-partitions.js';
import { SessionIds } from './ingest/session-ids.js';
import { InsightsController } from './insights/insights.controller.js';
import { MaintenanceService } from './maintenance/maintenance.service.js';
import { OldClicks } from './maintenance/old-clicks.service.js';
import { CreateClicks1763800000001 } from './migrations/1763800000001-create-clicks.js';
import { CreateReadModels1763800000002 } from './migrations/1763800000002-create-read-models.js';
import { SettleClicks1763800000003 } from './migrations/1763800000003-settle-clicks.js';
import { EnrichClicks1763800000004 } from './migrations/1763800000004-enrich-clicks.js';
import { IndexRecordedClicks1763800000005 } from './migrations/1763800000005-index-recorded-clicks.js';
import { CreateBookings1763800000006 } from './migrations/1763800000006-create-bookings.js';
import { CreateNotifications1763800000007 } from './migrations/1763800000007-create-notifications.js';
import { TrackApplications1763800000010 } from './migrations/1763800000010-track-applications.js';
import { CreateBookingDeliveries1763800000011 } from './migrations/1763800000011-create-booking-deliveries.js';
import { CountActivity1763800000012 } from './migrations/1763800000012-count-activity.js';
import { OrderStoredClicks1763800000013 } from './migrations/1763800000013-order-stored-clicks.js';
import { CreateErasures1763800000015 } from './migrations/1763800000015-create-erasures.js';
import { NoteOpenedApplicationsQuickly1763800000018 } from './migrations/1763800000018-note-opened-applications-quickly.js';
import { CountSources1763800000019 } from './migrations/1763800000019-count-sources.js';
import { SettleInLanes1763800000020 } from './migrations/1763800000020-settle-in-lanes.js';
import { DateFunctions1763800000021 } from './migrations/1763800000021-date-functions.js';
import { RememberErasedBookings1763800000022 } from './migrations/1763800000022-remember-erased-bookings.js';
import { OrderFunctions1763800000023 } from './migrations/1763800000023-order-functions.js';
import { ClickAnnouncer } from './notifications/click-announcer.service.js';
import { WebhookAttempts } from './notifications/webhook-attempts.service.js';
import { WebhookDeliveriesController } from './notifications/webhook-deliveries.controller.js';
import { WebhookDeliveryEntity } from './notifications/webhook-delivery.entity.js';
import { WebhookEndpointEntity } from './notifications/webhook-endpoint.entity.js';
import { WebhookLog } from './notifications/webhook-log.service.js';
import { WebhookMetrics } from './notifications/webhook-metrics.service.js';
import { WebhookWorker } from './notifications/webhook-worker.service.js';
import { WebhooksController } from './notifications/webhooks.controller.js';
import { Webhooks } from './notifications/webhooks.service.js';
import { CandidateExport } from './privacy/candidate-export.service.js';
import { ErasedVisitors } from './privacy/erased-visitors.service.js';
import { Erasures } from './privacy/erasures.service.js';
import { PrivacyController } from './privacy/privacy.controller.js';
import { LinkDirectory } from './read-models/link-directory.js';
import { DailyReconciliation } from './reconcile/daily-reconciliation.service.js';
import { SettlingService } from './settling/settling.service.js';

/** In order. */
export const ANALYTICS_MIGRATIONS = [
  CreateClicks1763800000001,
  CreateReadModels1763800000002,
  SettleClicks1763800000003,
  EnrichClicks1763800000004,
  IndexRecordedClicks1763800000005,
  CreateBookings1763800000006,
  CreateNotifications1763800000007,
  TrackApplications1763800000010,
  CreateBookingDeliveries1763800000011,
  CountActivity1763800000012,
  CreateErasures1763800000015,
  OrderStoredClicks1763800000013,
  NoteOpenedApplicationsQuickly1763800000018,
  CountSources1763800000019,
  SettleInLanes1763800000020,
  DateFunctions1763800000021,
  RememberErasedBookings1763800000022,
  OrderFunctions1763800000023,
];

/**
 * Analytics-service, alone or inside another process. Needs EVENT_BUS, LINK_CLIENT, LINK_RECORDS and DOCUMENT_RECORDS from global modules of that
 * process. The owner of the bus stops its consumers when the process begins to stop.
 */
@Module({})
export class AnalyticsServiceModule {
  static register(config: AnalyticsServiceConfig): DynamicModule {
    return {
      module: AnalyticsServiceModule,
      imports: [
        DatabaseModule.register({
          token: ANALYTICS_DATABASE,
          url: config.DATABASE_URL,
          migrateAtStart: config.MIGRATE_AT_START,
          schema: ANALYTICS_SCHEMA,
          entities: [WebhookDeliveryEntity, WebhookEndpointEntity, BookingEntity],
          migrations: ANALYTICS_MIGRATIONS,
        }),
      ],
      controllers: [
        AnalyticsController,
        AnalyticsGrpcController,
        ApplicationsController,
        BookingWebhooksController,
        BookingsController,
        ClicksController,
        InsightsController,
        LinkTrackingHealthController,
        OwnClicksController,
        PrivacyController,
        RecordClickController,
        TrackingIngestController,
        WebhookDeliveriesController,
        WebhooksController,
      ],
      providers: [
        { provide: ANALYTICS_CONFIG, useValue: config },
        AnalyticsMetrics,
        Answers,
        BacklogLog,
        ApplicationRefresh,
        Applications,
        BookingMetrics,
        BookingProcessor,
        BookingTargets,
        Bookings,
        ClickAnnouncer,
        ClickFeed,
        ClickIngest,
        ClickPartitions,
        ClickRecordedConsumer,
        ClickReports,
        CandidateExport,
        DailyReconciliation,
        DeliveryInbox,
        ErasedVisitors,
        Erasures,
        DocumentGeneratedProjector,
        LinkChangedProjector,
        LinkDirectory,
        MaintenanceService,
        OldClicks,
        Places,
        SessionIds,
        SettlingService,
        VisitorFacts,
        WebhookAttempts,
        WebhookLog,
        WebhookMetrics,
        WebhookWorker,
        Webhooks,
      ],
    };
  }
}
