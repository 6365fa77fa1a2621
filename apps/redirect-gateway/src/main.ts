import 'reflect-metadata';
import { GrpcLinkClient, LINK_CLIENT } from '#contracts';
import { EventsModule } from '#events';
import { globalValue, Metrics, parseEnv, runProgram } from '#platform';
import { redirectGatewayProcessEnv } from './config.js';
import { RedirectGatewayModule } from './redirect-gateway.module.js';

await runProgram('redirect-gateway', (env) => {
  const config = parseEnv(redirectGatewayProcessEnv, env);
  const links = new GrpcLinkClient({ address: config.LINK_SERVICE_URL, apiKey: config.LINK_SERVICE_API_KEY });
  return {
    name: 'redirect-gateway',
    config,
    imports: [
      EventsModule.rabbitmq({ url: config.AMQP_URL, name: 'redirect-gateway', metrics: Metrics }),
      globalValue({ token: LINK_CLIENT, value: links, close: () => links.close() }),
      RedirectGatewayModule.register(config),
    ],
  };
});
