import 'reflect-metadata';
import { resolve } from 'node:path';
import { analyticsV1, documentsV1, linksV1 } from '#contracts';
import { runProgram } from '#platform';
import { readSettings } from './config.js';
import { openDatabase } from './database.js';
import { StandaloneModule } from './standalone.module.js';

await runProgram('Footfall', async (env) => {
  const settings = readSettings(env);
  const database = await openDatabase(settings);
  return {
    name: 'standalone',
    config: { ...settings, ACCESS_DATABASE_URL: settings.ACCESS_DATABASE_URL ?? database.urls.access },
    servesAccess: true,
    imports: [StandaloneModule.register(settings, database.urls)],
    grpc: {
      'footfall.links.v1': { LinkService: linksV1.LinkServiceService },
      'footfall.documents.v1': { DocumentService: documentsV1.DocumentServiceService },
      'footfall.analytics.v1': { AnalyticsService: analyticsV1.AnalyticsServiceService },
    },
    announce: () => announce(`http://localhost:${settings.PORT}`, settings.DATA_DIR),
    afterStop: () => database.stop(),
  };
});

function announce(base: string, dataDir: string): string[] {
  const example = {
    personal: { full_name: 'Jordan Avery', calendly_url: 'https://calendly.com/jordan-avery/30min' },
    job_id: 'first-job',
  };
  return [
    `Footfall ready on ${base}`,
    '',
    `  Open:     ${base}`,
    '  Try it:   npm run demo      (in a second terminal)',
    `  or:       curl -X POST ${base}/resume -H 'Content-Type: application/json' \\`,
    `              -d '${JSON.stringify(example)}'`,
    `  Health:   ${base}/health/ready`,
    `  Data:     ${resolve(dataDir)}`,
    '  Stop it:  Ctrl-C',
    '',
  ];
}
