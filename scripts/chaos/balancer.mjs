// One address for all instances of a service, as a Kubernetes Service is one: each connection goes to the next instance
// that takes it, and stays there until either side ends it.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Balancer {
  #ports;
  #next = 0;
  #server = createServer((near) => void this.#accept(near));
  #open = new Set();

  /** @param {() => number[]} ports asked for each connection */
  constructor(ports) {
    this.#ports = ports;
  }

  async open() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get address() {
    return `127.0.0.1:${this.#server.address().port}`;
  }

  close() {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  async #accept(near) {
    this.#watch(near);
    const far = await this.#reach();
    if (!far || near.destroyed) return near.destroy();
    this.#watch(far);
    near.pipe(far);
    far.pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
  }

  async #reach() {
    const ports = this.#ports();
    for (let tried = 0; tried < ports.length; tried++) {
      const far = connect(ports[this.#next++ % ports.length], '127.0.0.1');
      const isThere = await once(far, 'connect').then(
        () => true,
        () => false,
      );
      if (isThere) return far;
    }
  }

  #watch(socket) {
    this.#open.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#open.delete(socket));
  }
}
