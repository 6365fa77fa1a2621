import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Journal } from './journal.js';

const KILLS = 12;
/** Below dist, so that the compiled code finds its packages. */
const compiled = resolve(`dist/journal-under-test-${process.pid}`);
const directory = mkdtempSync(join(tmpdir(), 'journal-kill-'));

beforeAll(() => {
  const source = resolve('apps/redirect-gateway/src/journal');
  const { status, stderr } = spawnSync(
    'node_modules/.bin/swc',
    [source, '-d', compiled, '--strip-leading-paths', '--config-file', '.swcrc', '--ignore', '**/*.spec.ts'],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  const found = spawnSync('find', [compiled, '-name', 'journal.js'], { encoding: 'utf8' }).stdout.trim();
  journalModule = found;
});
let journalModule = '';

afterAll(() => {
  rmSync(compiled, { recursive: true, force: true });
  rmSync(directory, { recursive: true, force: true });
});

/** Appends without end, 32 at a time, and prints each number once its append has resolved. */
const WRITER = `
  import { writeSync } from 'node:fs';
  const { Journal } = await import(process.argv[1]);
  const journal = await Journal.open({ directory: process.argv[2], sync: 'fdatasync', maxBytes: 1e9, segmentBytes: 20_000, stallMs: 20_000 });
  let next = Number(process.argv[3]);
  const work = async () => {
    for (;;) {
      const n = next++;
      await journal.append(JSON.stringify({ n, filler: 'x'.repeat(n % 500) }));
      acknowledge(n);
    }
  };
  // A full pipe says EAGAIN: whoever reads it is busy for a moment.
  const acknowledge = (n) => {
    for (;;) {
      try {
        return writeSync(1, n + '\\n');
      } catch (error) {
        if (error.code !== 'EAGAIN') throw error;
      }
    }
  };
  for (let i = 0; i < 32; i++) void work();
`;

/** Runs the writer, kills it with SIGKILL `afterMs` after its first acknowledgement, answers what it acknowledged. */
async function runAndKill(from: number, afterMs: number): Promise<number[]> {
  const child = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    WRITER,
    journalModule,
    directory,
    `${from}`,
  ]);
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
  const signal = await new Promise((done) => child.on('close', (_code, by) => done(by)));
  if (signal !== 'SIGKILL') throw new Error(`the writer ended by itself: ${errors}`);
  return output.slice(0, output.lastIndexOf('\n')).split('\n').map(Number);
}

describe('a journal whose process is killed with SIGKILL', () => {
  it('keeps every acknowledged record over many kills, each once, and is taken over each time', async () => {
    const acknowledged: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      acknowledged.push(...(await runAndKill(kill * 1_000_000, 10 + kill * 9)));
    }
    const journal = await Journal.open({ directory, sync: 'none', maxBytes: 1e9 });
    const kept: number[] = [];
    for (let from = undefined as Parameters<Journal['read']>[0]; ; ) {
      const { records, end } = await journal.read(from, 1_000);
      if (records.length === 0) break;
      kept.push(...records.map((text) => (JSON.parse(text) as { n: number }).n));
      from = end;
    }
    await journal.close();
    expect(acknowledged.length).toBeGreaterThan(KILLS * 32);
    const keptSet = new Set(kept);
    expect(acknowledged.filter((n) => !keptSet.has(n))).toEqual([]);
    expect(keptSet.size).toBe(kept.length);
  }, 180_000);
});
