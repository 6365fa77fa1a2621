import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { askProvisioner } from './provisioner.js';

export interface TestDatabase {
  url: string;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

/** A fresh, empty database on the run's shared server (no fsync there: it is quick, and nothing survives a crash). */
export async function testDatabase(): Promise<TestDatabase> {
  const serverUrl = await askProvisioner('GET', '/postgres');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await execute(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => execute(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
