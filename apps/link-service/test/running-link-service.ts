import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { linksV1 } from '#contracts';
import { EVENT_BUS } from '#events';
import { freePort, startService } from '#platform';
import { LINKS_DATA_SOURCE, type LinkServiceConfig } from '../src/config.js';
import { LinkEditingService } from '../src/link-editing.service.js';
import { LinkServiceModule } from '../src/link-service.module.js';
import { LinksService } from '../src/links.service.js';
import { RecordingBus } from './recording-bus.js';

@Module({})
class BusModule {}

export interface LinkServiceOptions extends Partial<LinkServiceConfig> {
  /** A free one when absent. */
  grpcPort?: number;
  apiKeysFile?: string;
}

/** Link-service on a real database with a real gRPC port, and a bus that remembers what was published. */
export async function runLinkService(databaseUrl: string, options: LinkServiceOptions = {}) {
  const { grpcPort = await freePort(), apiKeysFile, ...overrides } = options;
  const bus = new RecordingBus();
  const config: LinkServiceConfig = {
    DATABASE_URL: databaseUrl,
    MIGRATE_AT_START: true,
    BASE_REDIRECT_URL: 'https://go.example.com/track',
    DEFAULT_USER_ID: 'default',
    ALLOW_PRIVATE_DESTINATIONS: false,
    ...overrides,
  };
  const service = await startService({
    name: 'link-service',
    config: {
      HOST: '127.0.0.1',
      PORT: 0,
      GRPC_PORT: grpcPort,
      LOG_LEVEL: 'silent',
      API_KEYS_FILE: apiKeysFile,
    },
    imports: [
      {
        module: BusModule,
        global: true,
        providers: [{ provide: EVENT_BUS, useValue: bus }],
        exports: [EVENT_BUS],
      },
      LinkServiceModule.register(config),
    ],
    grpc: { 'footfall.links.v1': { LinkService: linksV1.LinkServiceService } },
  });
  return {
    bus,
    config,
    app: service.app,
    url: service.url,
    grpcPort,
    grpcAddress: `127.0.0.1:${grpcPort}`,
    editing: service.app.get(LinkEditingService, { strict: false }),
    links: service.app.get(LinksService, { strict: false }),
    database: service.app.get<DataSource>(LINKS_DATA_SOURCE, { strict: false }),
    stop: () => service.stop(),
  };
}

export type RunningLinkService = Awaited<ReturnType<typeof runLinkService>>;
