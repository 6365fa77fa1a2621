import { randomBytes } from 'node:crypto';
import { type LocalRabbitmq, startLocalRabbitmq } from '#platform';
import { hasDocker } from './docker-engine.js';
import { say } from './say.js';

const IMAGE = 'rabbitmq:4.1-management-alpine';
/** Made together with the broker, which is quick; one made later costs a run of rabbitmqctl, a second or two. */
const READY_MADE = Array.from({ length: 24 }, (_, index) => `test-${index}`);

export interface BrokerServer {
  /** Answers the AMQP URL of a fresh virtual host. */
  addVirtualHost(): Promise<string>;
  stop(): Promise<void>;
}

/** TEST_AMQP_URL, else a container, else a private RabbitMQ; throws what to install. */
export async function provisionBroker(dataDir: string): Promise<BrokerServer> {
  const given = process.env.TEST_AMQP_URL;
  if (given) return useGivenBroker(given);
  if (await hasDocker()) return startContainer();
  try {
    const broker = await startLocalRabbitmq({ dataDir, virtualHosts: READY_MADE, say });
    return useLocalBroker(broker);
  } catch (cause) {
    throw new Error(
      `The tests need RabbitMQ and found none: set TEST_AMQP_URL (with the management plugin), or start Docker, or make a local one work (${cause instanceof Error ? cause.message : cause}).`,
      { cause },
    );
  }
}

function useLocalBroker(broker: LocalRabbitmq): BrokerServer {
  const account = new URL(broker.url).username;
  const unused = [...READY_MADE];
  return {
    async addVirtualHost() {
      const readyMade = unused.shift();
      if (readyMade) return `${broker.url}/${readyMade}`;
      const name = newName();
      await broker.rabbitmqctl('add_vhost', name);
      await broker.rabbitmqctl('set_permissions', '-p', name, account, '.*', '.*', '.*');
      return `${broker.url}/${name}`;
    },
    stop: broker.kill,
  };
}

/** A broker of the developer's own makes virtual hosts over its management API: TEST_AMQP_MANAGEMENT_URL. */
function useGivenBroker(amqpUrl: string): BrokerServer {
  const { hostname, username, password } = new URL(amqpUrl);
  const api = process.env.TEST_AMQP_MANAGEMENT_URL ?? `http://${hostname}:15672`;
  const made: string[] = [];
  const call = async (method: string, path: string, body?: object) => {
    const authorization = `Basic ${Buffer.from(`${username || 'guest'}:${password || 'guest'}`).toString('base64')}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const response = await fetch(`${api}/api${path}`, {
      method,
      headers,
      body: body && JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${api} answered ${response.status} to ${method} ${path}.`);
  };
  return {
    async addVirtualHost() {
      const name = newName();
      made.push(name);
      await call('PUT', `/vhosts/${name}`);
      const everything = { configure: '.*', write: '.*', read: '.*' };
      await call('PUT', `/permissions/${name}/${username || 'guest'}`, everything);
      const url = new URL(amqpUrl);
      url.pathname = `/${name}`;
      return url.href;
    },
    async stop() {
      await Promise.all(made.map((name) => call('DELETE', `/vhosts/${name}`)));
    },
  };
}

async function startContainer(): Promise<BrokerServer> {
  say('RabbitMQ for the tests: a container.');
  const { RabbitMQContainer } = await import('@testcontainers/rabbitmq');
  const container = await new RabbitMQContainer(IMAGE).start();
  const url = new URL(container.getAmqpUrl());
  url.username ||= 'guest';
  url.password ||= 'guest';
  return {
    async addVirtualHost() {
      const name = newName();
      await container.exec(['rabbitmqctl', 'add_vhost', name]);
      await container.exec(['rabbitmqctl', 'set_permissions', '-p', name, url.username, '.*', '.*', '.*']);
      url.pathname = `/${name}`;
      return url.href;
    },
    stop: async () => {
      await container.stop();
    },
  };
}

function newName(): string {
  return `test-${randomBytes(6).toString('hex')}`;
}
