import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  analyticsV1,
  type CandidateRecords,
  DOCUMENT_RECORDS,
  LINK_CLIENT,
  LINK_RECORDS,
  type Link,
  type LinkClient,
  LinkServiceUnavailableError,
} from '#contracts';
import { EVENT_BUS, type EventBus } from '#events';
import { startService } from '#platform';
import { eventually, freePort, testDatabase } from '#testing';
import { AnalyticsServiceModule } from '../src/analytics-service.module.js';
import type { AnalyticsServiceConfig } from '../src/config.js';
import { ANALYTICS_DATABASE } from '../src/database.js';

/** A bus on which nothing arrives: tests hand batches to the consumers themselves. */
class QuietBus implements EventBus {
  async publish(): Promise<void> {}
  async subscribe(): Promise<void> {}
  async tail(): Promise<void> {}
  async eraseDeadLetters(): Promise<number> {
    return 0;
  }
  async turnOver(): Promise<void> {}
  async checkHealth(): Promise<void> {}
  async close(): Promise<void> {}
}

/** Knows the links it was given; while `isDown` it answers as an unreachable link-service does. */
export class FixedLinks implements LinkClient {
  isDown = false;
  readonly links = new Map<string, Link>();

  async mintLinks(): Promise<never> {
    throw new LinkServiceUnavailableError('this one mints nothing');
  }

  async findLink(trackingId: string): Promise<Link | undefined> {
    if (this.isDown) throw new LinkServiceUnavailableError('link-service is away');
    return this.links.get(trackingId);
  }

  async *watchLinks(): AsyncIterable<Link[]> {}
}

/** The other services hold nothing of anybody. */
const NO_RECORDS: CandidateRecords = { async *readRecords() {} };

@Module({})
class NeighboursModule {}

/** Analytics-service as its own process would run it, on a fresh database, with real HTTP and gRPC ports. */
export async function runAnalyticsService(
  overrides: Partial<AnalyticsServiceConfig> = {},
  bus: EventBus = new QuietBus(),
  { apiKeysFile }: { apiKeysFile?: string } = {},
) {
  const database = await testDatabase();
  const links = new FixedLinks();
  const grpcPort = await freePort();
  const service = await startService({
    name: 'analytics-service',
    config: {
      HOST: '127.0.0.1',
      PORT: 0,
      GRPC_PORT: grpcPort,
      LOG_LEVEL: 'silent',
      API_KEYS_FILE: apiKeysFile,
    },
    imports: [
      {
        module: NeighboursModule,
        global: true,
        providers: [
          { provide: EVENT_BUS, useValue: bus },
          { provide: LINK_CLIENT, useValue: links },
          { provide: LINK_RECORDS, useValue: NO_RECORDS },
          { provide: DOCUMENT_RECORDS, useValue: NO_RECORDS },
        ],
        exports: [EVENT_BUS, LINK_CLIENT, LINK_RECORDS, DOCUMENT_RECORDS],
      },
      AnalyticsServiceModule.register({
        DATABASE_URL: database.url,
        MIGRATE_AT_START: true,
        IP_ANONYMIZE_AFTER_DAYS: 90,
        DEFAULT_USER_ID: 'default',
        CLICK_RETENTION_DAYS: undefined,
        GEO_DB: undefined,
        ALLOW_PRIVATE_WEBHOOKS: false,
        WEBHOOK_LOG_DAYS: 30,
        CALENDLY_WEBHOOK_SIGNING_KEY: [],
        CALCOM_WEBHOOK_SECRET: [],
        SAVVYCAL_WEBHOOK_SECRET: [],
        ...overrides,
      }),
    ],
    grpc: { 'footfall.analytics.v1': { AnalyticsService: analyticsV1.AnalyticsServiceService } },
  });
  const dataSource = service.app.get<DataSource>(ANALYTICS_DATABASE);
  return {
    app: service.app,
    links,
    grpcPort,
    databaseUrl: database.url,
    dataSource,
    /** Empties tables. The service works on them meanwhile, and PostgreSQL may end a deadlock of both with this. */
    truncate: (tables: string) => eventually(() => dataSource.query(`TRUNCATE ${tables}`)),
    async stop() {
      await service.stop();
      await database.drop();
    },
  };
}
