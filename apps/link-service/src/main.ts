import { linksV1 } from '#contracts';
import { EventsModule } from '#events';
import { Metrics, parseEnv, runProgram } from '#platform';
import { linkServiceProcessEnv } from './config.js';
import { LinkServiceModule } from './link-service.module.js';

await runProgram('link-service', (env) => {
  const config = parseEnv(linkServiceProcessEnv, env);
  return {
    name: 'link-service',
    config,
    servesAccess: true,
    imports: [
      EventsModule.rabbitmq({ url: config.AMQP_URL, name: 'link-service', metrics: Metrics }),
      LinkServiceModule.register(config),
    ],
    grpc: { 'footfall.links.v1': { LinkService: linksV1.LinkServiceService } },
  };
});
