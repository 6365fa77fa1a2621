import { expect, it } from '@jest/globals';
import pg from 'pg';
import { testDatabase } from './test-database.js';

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

it('gives each caller an empty database of its own', async () => {
  const [first, second] = await Promise.all([testDatabase(), testDatabase()]);
  await query(first.url, 'CREATE TABLE something (id int)');
  const tables = "SELECT 1 FROM information_schema.tables WHERE table_schema = 'public'";
  expect(await query(first.url, tables)).toHaveLength(1);
  expect(await query(second.url, tables)).toHaveLength(0);
  await Promise.all([first.drop(), second.drop()]);
});

it('drops a database that still has connections', async () => {
  const database = await testDatabase();
  const left = new pg.Client(database.url);
  left.on('error', () => undefined);
  await left.connect();
  await database.drop();
  await expect(query(database.url, 'SELECT 1')).rejects.toThrow('does not exist');
});

it('has room for the connections of several services', async () => {
  const database = await testDatabase();
  const [row] = (await query(database.url, 'SHOW max_connections')) as { max_connections: string }[];
  expect(Number(row?.max_connections)).toBeGreaterThanOrEqual(200);
  await database.drop();
});
