// The network between the gateway and the broker: a local port that forwards, until it is cut. Nothing is closed by a
// cut: as in a real partition, both sides only stop hearing from each other, and what was sent arrives after it.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Wire {
  #targetPort;
  #server = createServer((near) => this.#accept(near));
  #pairs = new Set();
  #isCut = false;

  /** @param {() => number} targetPort asked for each connection */
  constructor(targetPort) {
    this.#targetPort = targetPort;
  }

  async open() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** The same address, by way of this wire. */
  reroute(url) {
    const rerouted = new URL(url);
    rerouted.port = String(this.#server.address().port);
    return rerouted.href;
  }

  cut() {
    this.#isCut = true;
    for (const { near, far } of this.#pairs) {
      for (const [from, to] of [
        [near, far],
        [far, near],
      ]) {
        from?.unpipe(to);
        from?.pause();
      }
    }
  }

  mend() {
    this.#isCut = false;
    for (const pair of this.#pairs) this.#join(pair);
  }

  close() {
    this.#server.close();
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far?.destroy();
    }
  }

  #accept(near) {
    const pair = { near, far: undefined };
    this.#pairs.add(pair);
    this.#watch(near, pair);
    if (!this.#isCut) this.#join(pair);
  }

  #join(pair) {
    if (pair.near.destroyed || pair.far?.destroyed) return this.#drop(pair);
    if (!pair.far) {
      pair.far = connect(this.#targetPort(), '127.0.0.1');
      this.#watch(pair.far, pair);
    }
    pair.near.pipe(pair.far);
    pair.far.pipe(pair.near);
  }

  #watch(socket, pair) {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      if (!this.#isCut) this.#drop(pair);
    });
  }

  #drop(pair) {
    this.#pairs.delete(pair);
    pair.near.destroy();
    pair.far?.destroy();
  }
}
