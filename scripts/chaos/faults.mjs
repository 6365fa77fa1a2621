// What is broken, and how it heals. Each fault gets the stage and resolves when everything is whole again. `prepare`
// runs before the load and `restore` after everything is stored.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';
import { migrateToNextRelease } from './next-release.mjs';

const OUTAGE_MS = 8_000;
/** Past the ten seconds after which the bus gives up on a confirm and publishes again. */
const PARTITION_MS = 13_000;
const LONG_OUTAGE_MS = 60_000;
const CLICKS_QUEUE = 'analytics.click-recorded';

export const FAULTS = {
  'gateway-kill': {
    title: 'kill -9 gateway, twice',
    async inject(stage) {
      for (let kill = 0; kill < 2; kill++) {
        await stage.killGateway();
        await stage.startGateway();
        await sleep(1_500);
      }
    },
  },
  'gateway-kill-broker-down': {
    title: 'kill -9 gateway while the broker is down',
    async inject(stage) {
      await stage.rabbitmqctl('stop_app');
      await sleep(2_000);
      await stage.killGateway();
      await stage.startGateway();
      await sleep(2_000);
      await stage.rabbitmqctl('start_app');
    },
  },
  'broker-stop': {
    title: `broker stopped ${OUTAGE_MS / 1000} s`,
    async inject(stage) {
      await stage.rabbitmqctl('stop_app');
      await sleep(OUTAGE_MS);
      await stage.rabbitmqctl('start_app');
    },
  },
  'broker-kill': {
    title: 'kill -9 broker',
    async inject({ deployment }) {
      await deployment.rabbitmq.kill();
      await deployment.startRabbitmq();
    },
  },
  'broker-memory-alarm': {
    title: `broker's memory alarm for ${OUTAGE_MS / 1000} s`,
    async inject(stage) {
      await stage.rabbitmqctl('set_vm_memory_high_watermark', 'absolute', '1MB');
      await sleep(OUTAGE_MS);
      await stage.rabbitmqctl('set_vm_memory_high_watermark', 'absolute', '1GB');
    },
  },
  'queue-deleted': {
    // What lies in a queue that is deleted is gone, so it is deleted when it is empty, and nobody declares it again
    // before the gateway's backlog arrives: every message that comes while there is no queue must be kept.
    title: 'queue deleted under its publisher',
    async inject(stage) {
      const { deployment, wire } = stage;
      wire.cut();
      await untilEmpty(stage, CLICKS_QUEUE);
      await deployment.stopService('analytics-service');
      await deleteQueue(deployment.rabbitmq.url, CLICKS_QUEUE);
      wire.mend();
      await sleep(2_000);
      await deployment.startService('analytics-service');
    },
  },
  partition: {
    title: `no network between gateway and broker for ${PARTITION_MS / 1000} s`,
    async inject({ wire }) {
      wire.cut();
      await sleep(PARTITION_MS);
      wire.mend();
    },
  },
  'postgres-crash': {
    title: `Postgres stopped immediately, for ${OUTAGE_MS / 1000} s`,
    async inject(stage) {
      await stage.crashPostgres();
      await sleep(OUTAGE_MS);
      await stage.deployment.startPostgres();
    },
  },
  'analytics-kill': {
    title: 'kill -9 analytics',
    async inject({ deployment }) {
      await deployment.kill('analytics-service');
      await deployment.startService('analytics-service');
    },
  },
  'link-service-kill': {
    title: 'kill -9 link-service; documents go on',
    documents: true,
    async inject({ deployment }) {
      await deployment.kill('link-service');
      await sleep(4_000);
      await deployment.startService('link-service');
    },
  },
  'disk-full': {
    title: `gateway's disk full for ${OUTAGE_MS / 1000} s`,
    async prepare(stage) {
      stage.disk.mount();
      await stage.replaceGateway({ DATA_DIR: stage.disk.path });
    },
    async inject(stage) {
      const { disk } = stage;
      const until = performance.now() + OUTAGE_MS;
      while (performance.now() < until) {
        disk.fill(); // also what the gateway has freed meanwhile
        await sleep(50);
      }
      const unjournaled = await stage.readGatewayMetric('footfall_gateway_unjournaled_clicks_total');
      disk.free();
      if (!(unjournaled > 0)) throw new Error('the disk was full, but the journal never noticed');
    },
    async restore(stage) {
      await stage.replaceGateway({});
      stage.disk.unmount();
    },
  },
  'clock-back': {
    title: "gateway's clock stepped back 10 minutes",
    prepare: (stage) =>
      stage.replaceGateway({ NODE_OPTIONS: `--import ${new URL('clock.mjs', import.meta.url)}` }),
    async inject(stage) {
      stage.stepGatewayClock();
      await sleep(3_000);
    },
    restore: (stage) => stage.replaceGateway({}),
  },
  'rolling-restart': {
    title:
      'a rolling restart of two instances of every service; clicks come through the edge, documents go on',
    documents: true,
    throughEdge: true,
    prepare: (stage) => stage.double(),
    inject: (stage) => stage.restartEach(1_000),
    restore: (stage) => stage.halve(),
  },
  'migration-under-load': {
    title: `a release's migrations of the busiest tables, while a report reads them for ${OUTAGE_MS / 1000} s; documents go on`,
    documents: true,
    async inject({ deployment }) {
      const tries = await migrateToNextRelease((schema) => deployment.urlOf(schema), {
        readingMs: OUTAGE_MS,
      });
      if (tries === 0) throw new Error('the migrations never met the report');
    },
  },
  'all-but-gateway': {
    title: `everything but the gateway down ${LONG_OUTAGE_MS / 1000} s, gateway killed in between`,
    async inject(stage) {
      const { deployment } = stage;
      const services = ['link-service', 'document-service', 'analytics-service'];
      const startedAt = performance.now();
      await Promise.all([
        ...services.map((service) => deployment.kill(service)),
        deployment.rabbitmq.kill(),
        stage.crashPostgres(),
      ]);
      await sleep(LONG_OUTAGE_MS / 2);
      await stage.killGateway();
      await stage.startGateway();
      await sleep(startedAt + LONG_OUTAGE_MS - performance.now());
      await Promise.all([deployment.startPostgres(), deployment.startRabbitmq()]);
      await Promise.all(services.map((service) => deployment.startService(service)));
    },
  },
};

async function untilEmpty(stage, queue) {
  for (;;) {
    const counts = await stage.rabbitmqctl(
      'list_queues',
      '--quiet',
      '--no-table-headers',
      'name',
      'messages',
    );
    if (counts.split('\n').includes(`${queue}\t0`)) return;
  }
}

async function deleteQueue(url, queue) {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  await channel.deleteQueue(queue);
  await connection.close();
}
