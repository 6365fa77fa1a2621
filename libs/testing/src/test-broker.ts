import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalRabbitmq, startLocalRabbitmq } from '#platform';
import { askProvisioner } from './provisioner.js';
import { say } from './say.js';

/** A fresh virtual host on the run's shared broker. */
export async function testBroker(): Promise<{ url: string }> {
  return { url: await askProvisioner('POST', '/virtual-hosts') };
}

/** A broker of one test file's own, to be broken. */
export interface BreakableBroker {
  /** Stays the same through every fault. */
  url: string;
  /** Everything that it writes lies here. */
  dataDir: string;
  rabbitmqctl(...args: string[]): Promise<string>;
  /** `rabbitmqctl stop_app`: connections close, the port goes away. */
  stop(): Promise<void>;
  /** `rabbitmqctl start_app` after {@link stop}. */
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Starts it again after {@link kill}, with what it had on disk. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a local RabbitMQ for fault tests: about six seconds, and never TEST_AMQP_URL or a container, which cannot
 * be killed and restarted on the same port.
 */
export async function breakableBroker(): Promise<BreakableBroker> {
  const dataDir = mkdtempSync(join(tmpdir(), 'footfall-broker-'));
  let broker: LocalRabbitmq = await startLocalRabbitmq({ dataDir, say });
  return {
    url: broker.url,
    dataDir,
    rabbitmqctl: (...args) => broker.rabbitmqctl(...args),
    stop: async () => void (await broker.rabbitmqctl('stop_app')),
    start: async () => void (await broker.rabbitmqctl('start_app')),
    kill: () => broker.kill(),
    async restart() {
      broker = await startLocalRabbitmq({ dataDir, say, port: broker.port });
    },
    async close() {
      await broker.kill();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
