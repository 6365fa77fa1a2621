import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { eventually, type TestDatabase, testDatabase } from '#testing';
import { DatabaseModule, migrateDatabases } from './database.module.js';
import { createLogger } from './logger.js';
import { startService } from './service.js';

class CreateShelves1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner) {
    await runner.query('CREATE TABLE shelves (id bigint PRIMARY KEY)');
  }

  async down(runner: QueryRunner) {
    await runner.query('DROP TABLE shelves');
  }
}

class LibraryModule {}

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

it('waits for migrations that somebody else is to run', async () => {
  const lines: string[] = [];
  const logger = createLogger({ name: 'library', level: 'info' }, { write: (line) => void lines.push(line) });
  const library = {
    module: LibraryModule,
    imports: [
      DatabaseModule.register({
        token: Symbol('LIBRARY'),
        url: database.url,
        schema: 'library',
        entities: [],
        migrations: [CreateShelves1700000000000],
        migrateAtStart: false,
      }),
    ],
  };
  const config = { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'silent' };
  const starting = startService({ name: 'library', config, imports: [library], logger });
  const waited = eventually(() => expect(lines.join()).toContain('lacks CreateShelves1700000000000'));
  await waited.finally(() => migrateDatabases([library], logger));
  const service = await starting;
  try {
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
  } finally {
    await service.stop();
  }
  const client = new pg.Client(database.url);
  await client.connect();
  const { rows } = await client.query('SELECT name FROM library.migrations');
  await client.end();
  expect(rows).toEqual([{ name: 'CreateShelves1700000000000' }]);
});
