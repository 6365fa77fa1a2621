// What faults are played on: a split deployment whose gateway reaches the broker over a wire that can be cut.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SplitDeployment } from '../split-deployment.mjs';
import { SmallDisk } from './small-disk.mjs';
import { Wire } from './wire.mjs';

const GATEWAY = 'redirect-gateway';

export class Stage {
  /** Settings of the gateway from its next start on. */
  gatewayEnv = {};
  /** When there was no gateway: `[from, to]` on the monotonic clock, ms. */
  gatewayless = [];
  #deadSince = 0;

  /** @param {ConstructorParameters<typeof SplitDeployment>[0]} options */
  constructor(options) {
    this.disk = new SmallDisk(join(options.dataDir, 'small-disk'));
    this.wire = new Wire(() => this.deployment.rabbitmq.port);
    const envOf = (service) =>
      service === GATEWAY
        ? { AMQP_URL: this.wire.reroute(this.deployment.rabbitmq.url), ...this.gatewayEnv }
        : {};
    this.deployment = new SplitDeployment({ ...options, envOf });
  }

  async open() {
    await this.wire.open();
    await this.deployment.start();
  }

  async close() {
    await this.deployment.stop();
    this.wire.close();
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

  async readGatewayMetric(name) {
    const metrics = await fetch(`http://127.0.0.1:${this.deployment.ports[GATEWAY]}/metrics`);
    const line = (await metrics.text()).split('\n').find((one) => one.startsWith(`${name} `));
    return Number(line?.split(' ')[1]);
  }

  stepGatewayClock() {
    this.deployment.signal(GATEWAY, 'SIGUSR2');
  }
}
