import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { eventually } from '#testing';
import { DataDirectoryInUseError } from '../directory-lock.js';
import { type LocalPostgres, startLocalPostgres } from './local-postgres.js';

jest.setTimeout(60_000);
const isRoot = process.getuid?.() === 0;

let root: string;
let dataDir: string;
let said: string[];
let running: LocalPostgres[];
let toRemove: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'footfall postgres '));
  chmodSync(root, 0o755);
  dataDir = join(root, 'my data');
  said = [];
  running = [];
  toRemove = [root];
});

afterEach(async () => {
  for (const one of running) await one.stop();
  for (const directory of toRemove) rmSync(directory, { recursive: true, force: true });
});

async function start(): Promise<LocalPostgres> {
  const postgres = await startLocalPostgres({ dataDir, durable: false, say: (line) => said.push(line) });
  running.push(postgres);
  toRemove.push(dirname(postgres.clusterDir), `${dirname(postgres.clusterDir)}.old`);
  return postgres;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url);
  // A server that goes tells whoever is connected, also between queries.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** A process of its own that starts the server and then only waits. */
async function startInChild(): Promise<{ child: ChildProcess; url: string }> {
  const source = join(import.meta.dirname, 'local-postgres.ts');
  const program = `
    const { startLocalPostgres } = await import(${JSON.stringify(source)});
    const { url } = await startLocalPostgres({ dataDir: ${JSON.stringify(dataDir)}, say: () => {} });
    process.stdout.write(url);
    setInterval(() => {}, 1000);`;
  const loader = join(import.meta.dirname, '../../../testing/load-typescript.js');
  const args = ['--import', loader, '--input-type=module', '--eval', program];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data)));
    child.once('exit', (code) => reject(new Error(`the child ended with ${code}`)));
  });
  return { child, url };
}

it('keeps its data over a restart, in a directory with spaces, and its password to its owner', async () => {
  const first = await start();
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  expect(statSync(join(dataDir, 'password')).mode & 0o077).toBe(0);
  expect(statSync(join(dataDir, 'connection-url')).mode & 0o077).toBe(0);
  await first.stop();
  expect(existsSync(join(dataDir, 'connection-url'))).toBe(false);
  const second = await start();
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  expect(second.clusterDir).toBe(join(dataDir, 'cluster'));
});

it('listens to this machine only, and to its password only', async () => {
  const { url } = await start();
  expect(await query(url, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
  const stranger = new URL(url);
  stranger.password = 'guess';
  await expect(query(stranger.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
});

it('refuses a directory that a live server uses', async () => {
  await start();
  await expect(start()).rejects.toThrow(DataDirectoryInUseError);
});

it('goes when its process is killed, and starts again on what that left behind', async () => {
  const { child, url } = await startInChild();
  await query(url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await expect(start()).rejects.toThrow(DataDirectoryInUseError);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  const again = await start();
  expect(await query(again.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
});

it('goes when its process is killed, also when nothing starts again', async () => {
  const { child, url } = await startInChild();
  child.kill('SIGKILL');
  await eventually(() => expect(query(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED'));
});

it('starts although its old process id belongs to another program by now', async () => {
  const first = await start();
  const pidFile = join(first.clusterDir, 'postmaster.pid');
  const [, ...rest] = readFileSync(pidFile, 'utf8').split('\n');
  await first.stop();
  writeFileSync(pidFile, [process.pid, ...rest].join('\n'));
  const again = await start();
  expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});

it('works in a folder that the account of root’s server cannot enter, and starts clean once that is removed', async () => {
  chmodSync(root, 0o700);
  const first = await start();
  expect(first.clusterDir.startsWith(dataDir)).toBe(!isRoot);
  expect(said.filter((line) => line.includes('cannot enter'))).toHaveLength(isRoot ? 1 : 0);
  await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
  await first.stop();
  const second = await start();
  expect(second.clusterDir).toBe(first.clusterDir);
  expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  await second.stop();
  rmSync(dataDir, { recursive: true });
  const clean = await start();
  await expect(query(clean.url, 'SELECT answer FROM kept')).rejects.toThrow('does not exist');
  expect(said.filter((line) => line.includes('are kept in'))).toHaveLength(isRoot ? 1 : 0);
});

it('makes its cluster anew when the first start was cut short', async () => {
  const first = await start();
  await first.stop();
  // What a kill during the first start leaves: the half cluster beside its place.
  rmSync(first.clusterDir, { recursive: true });
  writeFileSync(`${first.clusterDir}.new`, 'half');
  const again = await start();
  expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
});
