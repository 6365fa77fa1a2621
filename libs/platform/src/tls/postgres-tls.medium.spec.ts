import {
  appendFileSync,
  chownSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { eventually, type IssuedCertificate, type TestAuthority, testAuthority } from '#testing';
import { DatabaseModule } from '../database.module.js';
import { isDatabaseOutage } from '../database-errors.js';
import { parseEnv, postgresUrl } from '../env.js';
import { type LocalPostgres, startLocalPostgres } from '../private-servers/local-postgres.js';
import { startService } from '../service.js';

const TOKEN = Symbol('TLS');
const folder = mkdtempSync(join(tmpdir(), 'footfall-pg-tls-'));
let postgres: LocalPostgres;
let ours: TestAuthority;
let theirs: TestAuthority;
let client: IssuedCertificate;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([testAuthority(), testAuthority()]);
  client = await ours.issue('footfall');
  const server = await ours.issue('database', { hosts: ['localhost'] });
  postgres = await startLocalPostgres({ dataDir: join(folder, 'pg'), durable: false, say: () => undefined });
  serveTls(postgres.clusterDir, server);
  const sql = new pg.Client(postgres.url);
  await sql.connect();
  const file = (name: string) => `'${join(postgres.clusterDir, name)}'`;
  await sql.query(`ALTER SYSTEM SET ssl_cert_file = ${file('server.pem')}`);
  await sql.query(`ALTER SYSTEM SET ssl_key_file = ${file('server.key')}`);
  await sql.query(`ALTER SYSTEM SET ssl_ca_file = ${file('ca.pem')}`);
  await sql.query('ALTER SYSTEM SET ssl = on');
  await sql.query('CREATE DATABASE certified');
  await sql.query('SELECT pg_reload_conf()');
  await sql.end();
  await eventually(async () => expect(await attempt({ sslrootcert: ours.ca })).toBe('TLSv1.3'));
}, 60_000);

afterAll(async () => {
  await postgres?.stop();
  if (postgres) rmSync(postgres.clusterDir, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
});

/** The server's certificate where its account may read it; database `certified` takes only callers with one of ours. */
function serveTls(clusterDir: string, server: IssuedCertificate): void {
  const owner = statSync(clusterDir);
  const files = { 'server.pem': server.cert, 'server.key': server.key, 'ca.pem': ours.ca };
  for (const [name, file] of Object.entries(files)) {
    copyFileSync(file, join(clusterDir, name));
    chownSync(join(clusterDir, name), owner.uid, owner.gid);
  }
  const rules = join(clusterDir, 'pg_hba.conf');
  const usual = readFileSync(rules, 'utf8');
  writeFileSync(
    rules,
    'hostssl certified all all scram-sha-256 clientcert=verify-full\nhost certified all all reject\n',
  );
  appendFileSync(rules, usual);
}

interface Attempt extends Record<string, string | undefined> {
  host?: string;
  database?: string;
}

/** Starts a service on the database as its settings say: the protocol of its connection, or why not. */
async function attempt({ host = 'localhost', database, ...parameters }: Attempt): Promise<string> {
  const url = new URL(postgres.url);
  url.hostname = host;
  if (database) url.pathname = `/${database}`;
  for (const [name, value] of Object.entries(parameters)) if (value) url.searchParams.set(name, value);
  try {
    const env = parseEnv(z.object({ DATABASE_URL: postgresUrl() }), { DATABASE_URL: url.href });
    const module = DatabaseModule.register({
      token: TOKEN,
      url: env.DATABASE_URL,
      schema: 'tls',
      entities: [],
      migrations: [],
    });
    const config = { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'silent', ...env };
    const service = await startService({ name: 'tls', config, imports: [module] });
    const dataSource = service.app.get<DataSource>(TOKEN, { strict: false });
    const [row] = await dataSource.query('SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    await service.stop();
    return row.version ?? 'plain';
  } catch (error) {
    return String(error);
  }
}

describe('PostgreSQL over TLS', () => {
  it.each(['require', 'verify-ca', 'verify-full', undefined])(
    'is encrypted and checked with sslmode %s',
    async (sslmode) => {
      expect(await attempt({ sslmode, sslrootcert: ours.ca })).toBe('TLSv1.3');
      expect(await attempt({ sslmode, sslrootcert: theirs.ca })).toMatch(
        /database on localhost:\d+ cannot be reached over TLS \(.*certificate.*\): check sslmode/,
      );
    },
  );

  it('refuses a server of another name, and one that no known authority vouches for', async () => {
    expect(await attempt({ host: '127.0.0.1', sslrootcert: ours.ca })).toMatch(
      /does not match certificate's altnames/,
    );
    expect(await attempt({ sslmode: 'verify-full' })).toMatch(/cannot be reached over TLS \(.*certificate/);
  });

  it('shows its own certificate where the server wants one', async () => {
    const database = 'certified';
    const own = { sslcert: client.cert, sslkey: client.key };
    expect(await attempt({ database, sslrootcert: ours.ca, ...own })).toBe('TLSv1.3');
    expect(await attempt({ database, sslrootcert: ours.ca })).toMatch(/valid client certificate/);
  });

  it('stays plain only when asked for nothing else', async () => {
    expect(await attempt({})).toBe('plain');
    expect(await attempt({ sslmode: 'disable' })).toBe('plain');
  });

  it('never falls back to plain where the server knows no TLS', async () => {
    const sql = new pg.Client(postgres.url);
    await sql.connect();
    try {
      await sql.query('ALTER SYSTEM SET ssl = off');
      await sql.query('SELECT pg_reload_conf()');
      await eventually(async () => {
        expect(await attempt({ sslrootcert: ours.ca })).toMatch(/does not support SSL/);
      });
    } finally {
      await sql.query('ALTER SYSTEM SET ssl = on');
      await sql.query('SELECT pg_reload_conf()');
      await sql.end();
    }
  });

  it.each([
    ['sslmode=prefer', 'would allow unchecked connections'],
    ['sslmode=no-verify', 'would allow unchecked connections'],
    ['ssl=no-verify', 'use sslmode=verify-full'],
    ['uselibpqcompat=true&sslmode=require', 'use sslmode=verify-full'],
    ['sslmode=disable&sslrootcert=/x.pem', 'together with sslmode=disable'],
    ['sslrootcert=/nowhere.pem', 'names a sslrootcert that cannot be used: ENOENT'],
    ['sslmode=verify-full&sslcert=/x.pem', 'must hold sslcert and sslkey together'],
  ])('does not start with %s', (parameters, reason) => {
    const DATABASE_URL = `postgres://u:p@localhost/footfall?${parameters}`;
    const schema = z.object({ DATABASE_URL: postgresUrl() });
    expect(() => parseEnv(schema, { DATABASE_URL })).toThrow(reason);
  });

  it('counts a certificate that ran out while we run as an outage, not as an error of ours', () => {
    const expired = Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
    expect(isDatabaseOutage(expired)).toBe(true);
  });
});
