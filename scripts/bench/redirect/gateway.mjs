import 'reflect-metadata';
import { z } from 'zod';
import { redirectGatewayEnv } from '../../../dist/apps/redirect-gateway/src/config.js';
import { RedirectGatewayModule } from '../../../dist/apps/redirect-gateway/src/redirect-gateway.module.js';
import { REDIRECT_SERVER } from '../../../dist/apps/redirect-gateway/src/track/server-limits.js';
import { LINK_CLIENT } from '../../../dist/libs/contracts/src/index.js';
import { EVENT_BUS } from '../../../dist/libs/events/src/index.js';
import { startService, startTracing } from '../../../dist/libs/platform/src/index.js';
import { trackingId } from './links.mjs';

const [dataDir, links] = process.argv.slice(2);
let relayed = 0;

const bus = {
  publish: async ({ events }) => {
    relayed += events.length;
  },
  tail: async () => undefined,
  checkHealth: async () => undefined,
};

const linkClient = {
  findLink: async () => undefined,
  async *watchLinks(after) {
    for (let n = after; n < Number(links); n += 1_000) {
      yield Array.from({ length: Math.min(1_000, links - n) }, (_, i) => link(n + i));
    }
  },
};

function link(n) {
  return {
    trackingId: trackingId(n),
    userId: 'jordan',
    jobId: '550e8400-e29b-41d4-a716-446655440000',
    applicationId: '650e8400-e29b-41d4-a716-446655440001',
    linkFunction: 'Calendly',
    linkType: 'external',
    originalUrl: 'https://calendly.com/jordan-avery/30min',
    redirectUrl: `http://localhost:5000/track/${trackingId(n)}`,
    isActive: true,
    createdAt: new Date(1.76e12),
    revision: n + 1,
  };
}

class OutsideModule {}

const tracing = await startTracing('redirect-gateway', process.env, (error) => console.error(error));
const service = await startService({
  name: 'redirect-gateway',
  config: { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'warn' },
  http: REDIRECT_SERVER,
  imports: [
    {
      module: OutsideModule,
      global: true,
      providers: [
        { provide: EVENT_BUS, useValue: bus },
        { provide: LINK_CLIENT, useValue: linkClient },
      ],
      exports: [EVENT_BUS, LINK_CLIENT],
    },
    RedirectGatewayModule.register(z.object(redirectGatewayEnv).parse({ DATA_DIR: dataDir })),
  ],
});
while ((await readMetric('replica_links')) < Number(links)) await new Promise((go) => setTimeout(go, 200));
process.send({ url: service.url });

process.once('message', async () => {
  const unjournaled = await readMetric('unjournaled_clicks_total');
  await service.stop();
  await tracing?.stop();
  process.send({ unjournaled, relayed }, () => process.exit(0));
});

async function readMetric(name) {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return Number(text.match(new RegExp(`^footfall_gateway_${name} (.*)$`, 'm'))?.[1]);
}
