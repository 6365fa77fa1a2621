import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource, DataSourceOptions, MigrationInterface, QueryRunner } from 'typeorm';
import { eventually, type TestDatabase, testDatabase } from '#testing';
import { DatabaseModule } from './database.module.js';
import { isDatabaseOutage } from './database-errors.js';
import { provisionDatabase } from './provision-database.js';
import { type RunningService, startService } from './service.js';

class CreateShelves1700000000000 implements MigrationInterface {
  name = 'CreateShelves1700000000000';

  async up(runner: QueryRunner) {
    await runner.query('CREATE TABLE shelves (id bigint PRIMARY KEY)');
  }

  async down(runner: QueryRunner) {
    await runner.query('DROP TABLE shelves');
  }
}

class NameShelves1700000000001 implements MigrationInterface {
  name = 'NameShelves1700000000001';

  async up(runner: QueryRunner) {
    await runner.query('ALTER TABLE shelves ADD COLUMN name text');
  }

  async down(runner: QueryRunner) {
    await runner.query('ALTER TABLE shelves DROP COLUMN name');
  }
}

const TOKEN = Symbol('LIBRARY');
let database: TestDatabase;
const services: RunningService[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.stop()));
});
afterAll(() => database.drop());

async function start(
  url: string,
  migrations: NonNullable<DataSourceOptions['migrations']> = [CreateShelves1700000000000],
): Promise<{ service: RunningService; dataSource: DataSource }> {
  const service = await startService({
    name: 'library',
    config: { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'silent' },
    imports: [
      DatabaseModule.register({
        token: TOKEN,
        url,
        schema: 'library',
        entities: [],
        migrations,
      }),
    ],
  });
  services.push(service);
  return { service, dataSource: service.app.get<DataSource>(TOKEN, { strict: false }) };
}

describe('DatabaseModule', () => {
  it('migrates once when several replicas start together, in its own schema', async () => {
    const [first] = await Promise.all([start(database.url), start(database.url), start(database.url)]);
    const [row] = await first.dataSource.query(
      "SELECT count(*)::int AS runs, to_regclass('library.shelves')::text AS shelves FROM library.migrations",
    );
    expect(row).toEqual({ runs: 1, shelves: 'shelves' });
  });

  it('reports its database in readiness', async () => {
    const { service, dataSource } = await start(database.url);
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    await dataSource.destroy();
    const answer = await fetch(`${service.url}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ checks: { database_library: expect.any(String) } });
    await dataSource.initialize();
  });

  it('lets others work on a table that a migration waits for', async () => {
    await start(database.url);
    const [reader, writer] = [new pg.Client(database.url), new pg.Client(database.url)];
    await Promise.all([reader.connect(), writer.connect()]);
    let starting: Promise<unknown> = Promise.resolve();
    try {
      await reader.query('BEGIN; SELECT * FROM library.shelves');
      starting = start(database.url, [CreateShelves1700000000000, NameShelves1700000000001]);
      await eventually(async () => {
        const { rows } = await writer.query(
          "SELECT 1 FROM pg_locks WHERE relation = 'library.shelves'::regclass AND NOT granted",
        );
        expect(rows).toHaveLength(1);
      });
      // Would wait behind the migration, and the reader waits for it.
      await writer.query('INSERT INTO library.shelves VALUES (7)');
    } finally {
      await reader.end();
    }
    await starting;
    expect((await writer.query('SELECT id, name FROM library.shelves')).rows).toEqual([
      { id: '7', name: null },
    ]);
    await writer.end();
  });

  it('stops the start on a wrong password instead of trying for ever', async () => {
    const url = new URL(database.url);
    url.password = 'wrong';
    await expect(start(url.href)).rejects.toThrow(/password/);
  });
});

describe('provisionDatabase', () => {
  it('gives each schema a role that owns it and cannot read the others, as often as it is asked', async () => {
    await provisionDatabase({ adminUrl: database.url, schemas: ['alpha', 'beta'] });
    const urls = await provisionDatabase({ adminUrl: database.url, schemas: ['alpha', 'beta'] });
    const alpha = new pg.Client(urls.alpha);
    await alpha.connect();
    await alpha.query('CREATE TABLE alpha.own (id int)');
    const beta = new pg.Client(urls.beta);
    await beta.connect();
    await expect(beta.query('SELECT * FROM alpha.own')).rejects.toMatchObject({ code: '42501' });
    expect((await alpha.query('SHOW search_path')).rows).toEqual([{ search_path: 'alpha, beta, public' }]);
    await Promise.all([alpha.end(), beta.end()]);
  });
});

describe('isDatabaseOutage', () => {
  it('holds for a database that is not there and not for data that is refused', async () => {
    const nobody = new pg.Client('postgres://u:p@127.0.0.1:1/none');
    const refused = await nobody.connect().catch((error: unknown) => error);
    const client = new pg.Client(database.url);
    await client.connect();
    const wrongData = await client.query("SELECT 'x'::int").catch((error: unknown) => error);
    await client.end();
    expect([isDatabaseOutage(refused), isDatabaseOutage(wrongData)]).toEqual([true, false]);
  });
});
