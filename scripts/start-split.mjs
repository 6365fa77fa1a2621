// npm run start:split: four services over RabbitMQ and Postgres on one machine, behind the edge on port 5000.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { portsFrom, SplitDeployment } from './split-deployment.mjs';

if (existsSync('.env')) process.loadEnvFile('.env');

const write = (line) => process.stderr.write(`${line}\n`);
const deployment = new SplitDeployment({
  dataDir: resolve(process.env.DATA_DIR || './data-split'),
  ports: portsFrom(Number(process.env.PORT || 5000)),
  env: process.env,
  say: (line) => write(`footfall | ${line}`),
  log: write,
  restart: true,
});

let stopping = false;
async function stop(exitCode) {
  if (stopping) return;
  stopping = true;
  write('footfall | stopping');
  await deployment.stop();
  process.exit(exitCode);
}
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

try {
  await deployment.start();
  process.stdout.write(
    [
      `Footfall (four services) ready on ${deployment.url}`,
      `  Try it:    npm run demo`,
      `  Data:      ${resolve(process.env.DATA_DIR || './data-split')}`,
      `  Stop it:   Ctrl-C`,
      '',
    ].join('\n'),
  );
} catch (error) {
  if (!stopping) write(`The split deployment cannot start: ${error.message}`);
  await stop(1);
}
