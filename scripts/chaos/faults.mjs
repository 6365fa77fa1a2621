// What is broken, and how it heals. Each fault gets the running deployment and resolves when it is whole again.
import { setTimeout as sleep } from 'node:timers/promises';

const OUTAGE_MS = 10_000;

export const FAULTS = {
  'gateway-kill': {
    title: 'kill -9 gateway under load',
    async inject(deployment) {
      await deployment.kill('redirect-gateway');
      await deployment.startService('redirect-gateway');
    },
  },
  'gateway-kill-broker-down': {
    title: 'kill -9 gateway while the broker is down',
    async inject(deployment) {
      await deployment.rabbitmq.rabbitmqctl('stop_app');
      await sleep(2_000);
      await deployment.kill('redirect-gateway');
      await deployment.startService('redirect-gateway');
      await sleep(3_000);
      await deployment.rabbitmq.rabbitmqctl('start_app');
    },
  },
  'broker-stop': {
    title: `broker stopped ${OUTAGE_MS / 1000} s`,
    async inject(deployment) {
      await deployment.rabbitmq.rabbitmqctl('stop_app');
      await sleep(OUTAGE_MS);
      await deployment.rabbitmq.rabbitmqctl('start_app');
    },
  },
  'broker-kill': {
    title: 'kill -9 broker',
    async inject(deployment) {
      await deployment.rabbitmq.kill();
      await deployment.startRabbitmq();
    },
  },
  'postgres-stop': {
    title: `Postgres stopped ${OUTAGE_MS / 1000} s`,
    async inject(deployment) {
      await deployment.postgres.stop();
      await sleep(OUTAGE_MS);
      await deployment.startPostgres();
    },
  },
  'analytics-kill': {
    title: 'kill -9 analytics under load',
    async inject(deployment) {
      await deployment.kill('analytics-service');
      await deployment.startService('analytics-service');
    },
  },
  'link-service-kill': {
    title: 'kill -9 link-service; documents go on',
    documents: true,
    async inject(deployment) {
      await deployment.kill('link-service');
      await sleep(5_000);
      await deployment.startService('link-service');
    },
  },
};
