import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrokerServer, provisionBroker } from './broker-server.js';
import { type PostgresServer, provisionPostgres } from './postgres-server.js';

/** Where test files ask for the servers of their run; set by jest's globalSetup. */
export const PROVISIONER_URL = 'FOOTFALL_TEST_PROVISIONER_URL';

export interface Provisioner {
  url: string;
  close(): Promise<void>;
}

/**
 * Owns the one Postgres and the one RabbitMQ of a test run. Test files live in processes of their own and ask over
 * HTTP; a server is started when it is first asked for, so a run without a broker test starts no broker.
 * `GET /postgres` answers `{url}`; `POST /virtual-hosts` makes a fresh virtual host and answers `{url}`.
 */
export async function startProvisioner(): Promise<Provisioner> {
  const directory = mkdtempSync(join(tmpdir(), 'footfall-test-'));
  chmodSync(directory, 0o711); // the account that runs Postgres for root must be able to pass
  let postgres: Promise<PostgresServer> | undefined;
  let broker: Promise<BrokerServer> | undefined;
  const routes: Record<string, () => Promise<string>> = {
    'GET /postgres': async () => {
      postgres ??= provisionPostgres(join(directory, 'postgres'));
      return (await postgres).url;
    },
    'POST /virtual-hosts': async () => {
      broker ??= provisionBroker(join(directory, 'rabbitmq'));
      return (await broker).addVirtualHost();
    },
  };
  const server = createServer(async (request, response) => {
    try {
      const answer = await routes[`${request.method} ${request.url}`]?.();
      response.writeHead(answer ? 200 : 404).end(JSON.stringify({ url: answer }));
    } catch (error) {
      response
        .writeHead(500)
        .end(JSON.stringify({ error: error instanceof Error ? error.message : String(error) }));
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      const started = await Promise.allSettled([postgres, broker]);
      await Promise.all(started.map((one) => (one.status === 'fulfilled' ? one.value?.stop() : undefined)));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Asks the run's provisioner. Throws what it says when a server cannot be had. */
export async function askProvisioner(method: 'GET' | 'POST', path: string): Promise<string> {
  const base = process.env[PROVISIONER_URL];
  if (!base) {
    throw new Error(
      'Only *.medium.spec.ts and *.e2e.spec.ts files have servers: this test runs without the globalSetup of jest.config.js.',
    );
  }
  const response = await fetch(base + path, { method });
  const answer = (await response.json()) as { url?: string; error?: string };
  if (answer.url === undefined)
    throw new Error(answer.error ?? `The provisioner answered ${response.status}.`);
  return answer.url;
}
