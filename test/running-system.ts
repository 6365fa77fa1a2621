import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** A whole Footfall as a person starts it: a real process with its own data directory. */
export interface RunningSystem {
  url: string;
  process: ChildProcess;
  /** Everything written to stdout and stderr so far. */
  output(): string;
  stop(): Promise<number | null>;
}

interface StartOptions {
  /** Script relative to the repository, for example `dist/apps/standalone/src/main.js`. */
  script: string;
  /** What stdout says once it is ready. */
  readyLine: RegExp;
  env: NodeJS.ProcessEnv;
  url: string;
  timeoutMs: number;
}

export async function startSystem(options: StartOptions): Promise<RunningSystem> {
  const child = spawn(process.execPath, ['--enable-source-maps', join(ROOT, options.script)], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let written = '';
  const ready = new Promise<void>((resolve, reject) => {
    const collect = (chunk: string) => {
      written += chunk;
      if (options.readyLine.test(written)) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready:\n${written}`)));
    setTimeout(() => reject(new Error(`not ready in time:\n${written}`)), options.timeoutMs).unref();
  });
  try {
    await ready;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return {
    url: options.url,
    process: child,
    output: () => written,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
}

/** Runs a program to its end and answers what it wrote and how it ended. */
export async function runToEnd(
  script: string,
  env: NodeJS.ProcessEnv,
  cwd = ROOT,
  args: readonly string[] = [],
) {
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { code, output };
}

/** A new folder for one system's data, in a path with a space. */
export function newDataDir(): string {
  const parent = mkdtempSync(join(tmpdir(), 'footfall e2e '));
  // As root, PostgreSQL runs under an account of its own, which must be able to enter.
  chmodSync(parent, 0o711);
  return join(parent, 'my data');
}
