// The split deployment on one machine: Postgres and RabbitMQ (given, or private local ones), four services and the
// edge as separate processes.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  provisionDatabase,
  startLocalPostgres,
  startLocalRabbitmq,
} from '../dist/libs/platform/src/index.js';
import { startEdge } from './edge.mjs';
import { exitOf, prefixLines, startApp, stop, untilReady } from './processes.mjs';

const HOST = '127.0.0.1';
export const SERVICES = ['link-service', 'analytics-service', 'document-service', 'redirect-gateway'];

/** What the name of a service's second instance ends in. */
export const TWIN = '@2';

/**
 * Ports of a deployment whose edge listens on `edge`: services on the next four, gRPC a thousand above theirs; the same
 * ten further for second instances.
 */
export function portsFrom(edge = 5000) {
  const twins = Object.entries(firstPorts(edge + 10)).map(([name, port]) => [
    name.replace(/(-grpc)?$/, `${TWIN}$1`),
    port,
  ]);
  return { edge, ...firstPorts(edge), ...Object.fromEntries(twins) };
}

function firstPorts(edge) {
  return {
    'redirect-gateway': edge + 1,
    'link-service': edge + 2,
    'document-service': edge + 3,
    'analytics-service': edge + 4,
    'link-service-grpc': edge + 1002,
    'document-service-grpc': edge + 1003,
    'analytics-service-grpc': edge + 1004,
  };
}

export class SplitDeployment {
  #options;
  #children = new Map();
  #stopping = false;
  #urls = {};

  /**
   * @param {object} options
   * @param {string} options.dataDir everything that is kept lies here
   * @param {ReturnType<typeof portsFrom>} [options.ports]
   * @param {NodeJS.ProcessEnv} [options.env] settings passed on; DATABASE_URL and AMQP_URL are used when present
   * @param {(line: string) => void} [options.say] progress for the person who started it
   * @param {(line: string) => void} [options.log] the services' own lines
   * @param {boolean} [options.restart] start a service again when it ends by itself
   * @param {(service: string) => NodeJS.ProcessEnv} [options.envOf] settings of one service, asked for at each start
   */
  constructor(options) {
    this.#options = {
      ports: portsFrom(),
      env: {},
      envOf: () => ({}),
      say: () => {},
      log: () => {},
      restart: false,
      ...options,
    };
  }

  get ports() {
    return this.#options.ports;
  }

  /** Where the guide's requests go. */
  get url() {
    return `http://localhost:${this.ports.edge}`;
  }

  /** The private servers, for whoever wants to break them. Undefined when given from outside. */
  postgres;
  rabbitmq;

  /** Address of the database with rights on everything, for queries by hand. */
  get databaseUrl() {
    return this.#urls.admin;
  }

  /** Address of the database with the rights of one schema's service. */
  urlOf(schema) {
    return this.#urls[schema] ?? this.#urls.admin;
  }

  async start() {
    const { dataDir } = this.#options;
    mkdirSync(dataDir, { recursive: true });
    await Promise.all([this.startPostgres(), this.startRabbitmq()]);
    await Promise.all(SERVICES.map((service) => this.startService(service)));
    await this.startEdge();
  }

  /**
   * An edge before one of each service, or, with the suffix of further ones, before those too.
   * @param {{ name?: string, port?: number, twins?: string[] }} [options]
   */
  async startEdge({ name = 'edge', port = this.ports.edge, twins = [] } = {}) {
    const { dataDir, ports, env, say } = this.#options;
    say(`starting the ${name} on port ${port}`);
    const addressesOf = (service) =>
      ['', ...twins].map((twin) => `${HOST}:${ports[service + twin]}`).join(' ');
    const edge = startEdge({
      stateDir: join(dataDir, name),
      listen: `${HOST}:${port}`,
      hstsSeconds: env.HSTS_SECONDS || undefined,
      addresses: {
        GATEWAY_ADDRESS: addressesOf('redirect-gateway'),
        LINK_SERVICE_ADDRESS: addressesOf('link-service'),
        DOCUMENT_SERVICE_ADDRESS: addressesOf('document-service'),
        ANALYTICS_SERVICE_ADDRESS: addressesOf('analytics-service'),
      },
      say,
    });
    this.#adopt(name, edge);
    await untilReady(`http://${HOST}:${port}/health/live`, { child: edge });
  }

  async startPostgres() {
    const { dataDir, env, say } = this.#options;
    if (env.DATABASE_URL) {
      this.#urls = { admin: env.DATABASE_URL };
      return;
    }
    say('starting a private PostgreSQL');
    const port = this.postgres?.port;
    this.postgres = await startLocalPostgres({ dataDir: join(dataDir, 'postgres'), port, say });
    const { url } = this.postgres;
    const schemas = ['links', 'documents', 'analytics', 'access'];
    this.#urls = { admin: url, ...(await provisionDatabase({ adminUrl: url, schemas })) };
  }

  async startRabbitmq() {
    const { dataDir, env, say } = this.#options;
    if (env.AMQP_URL) return;
    say('starting a private RabbitMQ');
    const port = this.rabbitmq?.port;
    this.rabbitmq = await startLocalRabbitmq({ dataDir: join(dataDir, 'rabbitmq'), port, say });
  }

  /** Starts one service, or its second instance (`link-service@2`), and resolves when it is ready. */
  async startService(service) {
    const { say, ports } = this.#options;
    say(`starting ${service} on port ${ports[service]}`);
    const child = startApp(service.replace(TWIN, ''), this.#environmentOf(service));
    this.#adopt(service, child);
    await untilReady(`http://${HOST}:${ports[service]}/health/ready`, { child });
  }

  /** kill -9: the process has no say. */
  async kill(service) {
    const child = this.#children.get(service);
    this.#children.delete(service);
    child?.kill('SIGKILL');
    if (child) await exitOf(child);
  }

  pidOf(service) {
    return this.#children.get(service)?.pid;
  }

  signal(service, signal) {
    this.#children.get(service)?.kill(signal);
  }

  async stopService(service) {
    const child = this.#children.get(service);
    this.#children.delete(service);
    if (child) await stop(child);
  }

  /** Edge first, so that no request is cut; then who publishes before who stores; servers last. */
  async stop() {
    this.#stopping = true;
    for (const name of [
      'edge',
      'redirect-gateway',
      'document-service',
      'link-service',
      'analytics-service',
    ]) {
      await Promise.all([this.stopService(name), this.stopService(name + TWIN)]);
    }
    await Promise.all([this.rabbitmq?.stop(), this.postgres?.stop()]);
  }

  #adopt(name, child) {
    const { say, log, restart } = this.#options;
    this.#children.set(name, child);
    prefixLines(child, name, log);
    child.once('exit', async (code, signal) => {
      if (this.#stopping || this.#children.get(name) !== child) return;
      say(`${name} ended by itself (${signal ?? `exit code ${code}`})`);
      if (!restart || name === 'edge') return;
      await sleep(1_000);
      if (this.#stopping || this.#children.get(name) !== child) return;
      this.startService(name).catch((error) => say(`${name} did not come back: ${error.message}`));
    });
  }

  #environmentOf(service) {
    const { dataDir, ports, env, envOf } = this.#options;
    const app = service.replace(TWIN, '');
    const schema = {
      'link-service': 'links',
      'document-service': 'documents',
      'analytics-service': 'analytics',
    }[app];
    return {
      ...env,
      HOST,
      PORT: String(ports[service]),
      GRPC_PORT: String(ports[`${service}-grpc`] ?? ''),
      // Documents are everybody's; journals and replicas are each gateway's own.
      DATA_DIR: join(dataDir, app === 'document-service' ? app : service),
      DATABASE_URL: (schema && this.#urls[schema]) ?? this.#urls.admin,
      ACCESS_DATABASE_URL: env.ACCESS_DATABASE_URL || (this.#urls.access ?? this.#urls.admin),
      AMQP_URL: env.AMQP_URL ?? this.rabbitmq.url,
      LINK_SERVICE_URL: `${HOST}:${ports['link-service-grpc']}`,
      DOCUMENT_SERVICE_URL: `${HOST}:${ports['document-service-grpc']}`,
      BASE_REDIRECT_URL: env.BASE_REDIRECT_URL || `http://localhost:${ports.edge}/track`,
      TRUSTED_PROXIES: env.TRUSTED_PROXIES || HOST,
      ...envOf(service),
    };
  }
}
