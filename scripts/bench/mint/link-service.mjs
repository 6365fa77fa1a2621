import 'reflect-metadata';
import { LinkServiceModule } from '../../../dist/apps/link-service/src/link-service.module.js';
import { linksV1 } from '../../../dist/libs/contracts/src/index.js';
import { EVENT_BUS } from '../../../dist/libs/events/src/index.js';
import { freePort, startService } from '../../../dist/libs/platform/src/index.js';

const [databaseUrl] = process.argv.slice(2);
const bus = { publish: async () => undefined, subscribe: async () => undefined };
const grpcPort = await freePort();

class BusModule {}

await startService({
  name: 'link-service',
  config: { HOST: '127.0.0.1', PORT: 0, GRPC_PORT: grpcPort, LOG_LEVEL: 'warn' },
  imports: [
    {
      module: BusModule,
      global: true,
      providers: [{ provide: EVENT_BUS, useValue: bus }],
      exports: [EVENT_BUS],
    },
    LinkServiceModule.register({
      DATABASE_URL: databaseUrl,
      BASE_REDIRECT_URL: 'http://localhost:5000/track',
      DEFAULT_USER_ID: 'default',
      ALLOW_PRIVATE_DESTINATIONS: false,
    }),
  ],
  grpc: { 'footfall.links.v1': { LinkService: linksV1.LinkServiceService } },
});
process.send(`127.0.0.1:${grpcPort}`);
