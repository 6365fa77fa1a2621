import 'reflect-metadata';
import cluster from 'node:cluster';
import { existsSync } from 'node:fs';
import { GrpcLinkClient, LINK_CLIENT } from '#contracts';
import { EventsModule } from '#events';
import { GrpcTls, globalValue, Metrics, parseEnv, runProgram } from '#platform';
import { redirectGatewayProcessEnv } from './config.js';
import { RedirectGatewayModule } from './redirect-gateway.module.js';
import { REDIRECT_SERVER } from './track/server-limits.js';
import { superviseWorkers } from './workers/supervise-workers.js';
import { workerSlot } from './workers/worker-slot.js';

if (existsSync('.env')) process.loadEnvFile('.env');
if (cluster.isPrimary && Number(process.env.WORKERS) > 1) await supervise(process.env);
else await serve();

async function supervise(env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await superviseWorkers(parseEnv(redirectGatewayProcessEnv, env));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`redirect-gateway cannot start. ${reason}\n`);
    process.exit(1);
  }
}

function serve(): Promise<void> {
  return runProgram('redirect-gateway', (env) => {
    const config = parseEnv(redirectGatewayProcessEnv, env);
    const grpcTls = GrpcTls.load(config);
    const links = new GrpcLinkClient({
      address: config.LINK_SERVICE_URL,
      apiKey: config.LINK_SERVICE_API_KEY,
      credentials: grpcTls.channelCredentials(),
    });
    return {
      name: 'redirect-gateway',
      config,
      grpcTls,
      http: REDIRECT_SERVER,
      imports: [
        EventsModule.rabbitmq({ url: config.AMQP_URL, name: 'redirect-gateway', metrics: Metrics }),
        globalValue({ token: LINK_CLIENT, value: links, close: () => links.close() }),
        RedirectGatewayModule.register(config, workerSlot(env)),
      ],
    };
  });
}
