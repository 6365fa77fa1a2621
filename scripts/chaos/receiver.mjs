// Somebody who is told when a person opens an application, so that faults are met with notifications switched on.
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

/** Faults run on while people settle, and failed deliveries are tried again after seconds. */
const DEADLINE_MS = 120_000;

export class Receiver {
  /** Distinct messages by application: the same message may come twice, another one may not. */
  #messages = new Map();
  #server = createServer((request, response) => void this.#take(request, response));

  async subscribe(deployment) {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const response = await fetch(`${deployment.url}/api/webhooks`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        url: `http://127.0.0.1:${this.#server.address().port}/`,
        types: ['application.opened'],
      }),
    });
    if (!response.ok) throw new Error(`subscribing failed: ${response.status} ${await response.text()}`);
  }

  async #take(request, response) {
    const { data } = await json(request);
    const ids = this.#messages.get(data.application_id) ?? new Set();
    this.#messages.set(data.application_id, ids.add(request.headers['webhook-id']));
    response.end();
  }

  /** A row for the table: each of the clicked applications must have been told of once. */
  async account(applications) {
    const isTold = (id) => this.#messages.has(id);
    for (const end = Date.now() + DEADLINE_MS; !applications.every(isTold) && Date.now() < end; )
      await sleep(250);
    const told = [...this.#messages.values()].reduce((sum, { size }) => sum + size, 0);
    return {
      fault: 'notifications',
      accepted: applications.length,
      stored: told,
      lost: applications.filter((id) => !isTold(id)).length,
      doubled: told - this.#messages.size,
      failed: 0,
      p50: 0,
      p99: 0,
    };
  }

  close() {
    this.#server.close();
  }
}
