import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { startLocalPostgres } from '#platform';
import { hasDocker } from './docker-engine.js';
import { say } from './say.js';

export interface PostgresServer {
  /** URL of a database whose account may create databases. */
  url: string;
  stop(): Promise<void>;
}

/** TEST_DATABASE_URL, else a container, else the npm package's own PostgreSQL; throws what to install. */
export async function provisionPostgres(dataDir: string): Promise<PostgresServer> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => undefined };
  if (await hasDocker()) return startContainer();
  try {
    const server = await startLocalPostgres({ dataDir, durable: false, say });
    return {
      url: server.url,
      async stop() {
        await server.stop();
        rmSync(dirname(server.clusterDir), { recursive: true, force: true });
      },
    };
  } catch (cause) {
    throw new Error(
      `The tests need PostgreSQL and found none: set TEST_DATABASE_URL to one whose account may create databases, or start Docker, or make the packaged one work (${cause instanceof Error ? cause.message : cause}).`,
      { cause },
    );
  }
}

async function startContainer(): Promise<PostgresServer> {
  say('PostgreSQL for the tests: a container.');
  const { PostgreSqlContainer } = await import('@testcontainers/postgresql');
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=300'];
  const container = await new PostgreSqlContainer('postgres:18-alpine')
    .withCommand(['postgres', ...settings.flatMap((setting) => ['-c', setting])])
    .start();
  return {
    url: container.getConnectionUri(),
    stop: async () => {
      await container.stop();
    },
  };
}
