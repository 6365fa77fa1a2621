import { resolve } from 'node:path';
import { type DynamicModule, Inject, Module } from '@nestjs/common';
import { EVENT_BUS, type EventBus, EventsModule } from '#events';
import { HealthChecks, Metrics } from '#platform';
import { AnalyticsServiceModule } from '../../analytics-service/src/analytics-service.module.js';
import { DocumentServiceModule } from '../../document-service/src/document-service.module.js';
import { LinkServiceModule } from '../../link-service/src/link-service.module.js';
import { RedirectGatewayModule } from '../../redirect-gateway/src/redirect-gateway.module.js';
import type { StandaloneSettings } from './config.js';
import { DashboardModule } from './dashboard.module.js';
import type { StandaloneDatabase } from './database.js';

/** All four services and the dashboard in one process: the bus delivers in process, link-service is called directly. */
@Module({})
export class StandaloneModule {
  constructor(health: HealthChecks, @Inject(EVENT_BUS) bus: EventBus) {
    health.register('bus', () => bus.checkHealth());
  }

  static register(settings: StandaloneSettings, urls: StandaloneDatabase['urls']): DynamicModule {
    return {
      module: StandaloneModule,
      imports: [
        EventsModule.inProcess({ dataDir: resolve(settings.DATA_DIR), metrics: Metrics }),
        LinkServiceModule.register({ ...settings, DATABASE_URL: urls.links }),
        AnalyticsServiceModule.register({ ...settings, DATABASE_URL: urls.analytics }),
        DocumentServiceModule.register({ ...settings, DATABASE_URL: urls.documents }),
        RedirectGatewayModule.register(settings),
        DashboardModule,
      ],
    };
  }
}
