// What faults are played on: a split deployment whose gateway reaches the broker over a wire that can be cut, and whose
// services can be doubled.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVICES, SplitDeployment, TWIN } from '../split-deployment.mjs';
import { Balancer } from './balancer.mjs';
import { SmallDisk } from './small-disk.mjs';
import { Wire } from './wire.mjs';

const GATEWAY = 'redirect-gateway';
const TWIN_EDGE = 'edge@2';

export class Stage {
  /** Settings of the gateway from its next start on. */
  gatewayEnv = {};
  /** When there was no gateway: `[from, to]` on the monotonic clock, ms. */
  gatewayless = [];
  #deadSince = 0;
  #links;
  /** Whether there are two of each service. */
  isDoubled = false;

  /** @param {ConstructorParameters<typeof SplitDeployment>[0]} options */
  constructor(options) {
    this.disk = new SmallDisk(join(options.dataDir, 'small-disk'));
    this.wire = new Wire(() => this.deployment.rabbitmq.port);
    this.#links = new Balancer(() => {
      const { ports } = this.deployment;
      return [ports['link-service-grpc'], ...(this.isDoubled ? [ports[`link-service${TWIN}-grpc`]] : [])];
    });
    const envOf = (service) => ({
      LINK_SERVICE_URL: this.#links.address,
      ...(service === GATEWAY && {
        AMQP_URL: this.wire.reroute(this.deployment.rabbitmq.url),
        ...this.gatewayEnv,
      }),
    });
    this.deployment = new SplitDeployment({ ...options, envOf });
  }

  async open() {
    await Promise.all([this.wire.open(), this.#links.open()]);
    await this.deployment.start();
  }

  async close() {
    await this.deployment.stop();
    this.wire.close();
    this.#links.close();
    this.disk.unmount();
  }

  rabbitmqctl(...args) {
    return this.deployment.rabbitmq.rabbitmqctl(...args);
  }

  /** `pg_ctl stop -m immediate`: no checkpoint, sessions are cut, the next start recovers from the log. */
  async crashPostgres() {
    const { postgres } = this.deployment;
    const [pid] = readFileSync(join(postgres.clusterDir, 'postmaster.pid'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGQUIT');
    await postgres.stop();
  }

  async killGateway() {
    this.#deadSince = performance.now();
    await this.deployment.kill(GATEWAY);
  }

  async startGateway() {
    await this.deployment.startService(GATEWAY);
    this.gatewayless.push([this.#deadSince, performance.now()]);
  }

  /** In good order and with other settings, while nobody clicks. */
  async replaceGateway(env) {
    await this.deployment.stopService(GATEWAY);
    this.gatewayEnv = env;
    await this.deployment.startService(GATEWAY);
  }

  /** Two of each service behind an edge that knows both, as production has. */
  async double() {
    this.isDoubled = true;
    const { deployment } = this;
    await Promise.all(SERVICES.map((service) => deployment.startService(service + TWIN)));
    await deployment.startEdge({ name: TWIN_EDGE, port: this.#twinEdgePort, twins: [TWIN] });
  }

  async halve() {
    await this.deployment.stopService(TWIN_EDGE);
    this.isDoubled = false;
    await Promise.all(SERVICES.map((service) => this.deployment.stopService(service + TWIN)));
  }

  /** Each instance of each service after the other, in good order. */
  async restartEach(pauseMs) {
    for (const service of SERVICES) {
      for (const instance of [service, service + TWIN]) {
        await this.deployment.stopService(instance);
        await this.deployment.startService(instance);
        await sleep(pauseMs);
      }
    }
  }

  /** Where requests go: the edge before all instances there are. */
  get url() {
    return this.isDoubled ? `http://127.0.0.1:${this.#twinEdgePort}` : this.deployment.url;
  }

  get #twinEdgePort() {
    return this.deployment.ports.edge + 10;
  }

  async readGatewayMetric(name) {
    const metrics = await fetch(`http://127.0.0.1:${this.deployment.ports[GATEWAY]}/metrics`);
    const line = (await metrics.text()).split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  }

  stepGatewayClock() {
    this.deployment.signal(GATEWAY, 'SIGUSR2');
  }
}
