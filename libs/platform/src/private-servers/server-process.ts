import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';

const MAX_LOG_BYTES = 10_000_000;

export interface ServerProcess {
  readonly pid: number;
  /** Resolves with a sentence when the process has ended. */
  readonly exited: Promise<string>;
  hasExited(): boolean;
  /** Sends the signal, waits, and kills what is still there after the deadline. */
  stop(signal: NodeJS.Signals, deadlineMs: number): Promise<void>;
  /** The end of what the server wrote, for error messages. */
  readLogTail(): string;
}

export interface ServerCommand {
  command: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  logFile: string;
  /** Unix ids to run as; only root can set them. */
  identity?: { uid: number; gid: number };
  /** What to send when this process dies without having stopped the server. */
  orphanSignal: 'INT' | 'TERM';
}

/**
 * Starts a server in a process group of its own, so that Ctrl-C reaches only this process, which then stops the
 * server in its turn. If this process is killed, a waiting shell notices (its standard input closes) and stops the
 * server's group: no orphan lives on for long.
 */
export function startServerProcess(server: ServerCommand): ServerProcess {
  rotateLog(server.logFile);
  const log = openSync(server.logFile, 'a', 0o600);
  const child = spawn(server.command, server.args, {
    ...server.identity,
    env: server.env,
    cwd: server.cwd,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const watch = child.pid === undefined ? undefined : watchParent(child.pid, server.orphanSignal);
  child.unref();
  let ended = false;
  const exited = new Promise<string>((resolve) => {
    const end = (reason: string) => {
      ended = true;
      watch?.kill('SIGKILL');
      resolve(reason);
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(signal ? `ended by ${signal}` : `ended with code ${code}`));
  });
  return {
    pid: child.pid ?? -1,
    exited,
    hasExited: () => ended,
    readLogTail: () => readFileSync(server.logFile, 'utf8').slice(-2000),
    async stop(signal, deadlineMs) {
      if (ended || child.pid === undefined) return;
      signalGroup(child.pid, signal);
      const { pid } = child;
      const deadline = setTimeout(() => signalGroup(pid, 'SIGKILL'), deadlineMs);
      await exited;
      clearTimeout(deadline);
    },
  };
}

/** Signals a whole process group; false when it does not exist (any more). */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function watchParent(pid: number, signal: 'INT' | 'TERM'): ChildProcess {
  const script = 'trap "" INT TERM HUP; cat > /dev/null; kill -s "$1" -- -"$2" 2> /dev/null';
  const watch = spawn('/bin/sh', ['-c', script, 'sh', signal, String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watch.on('error', () => undefined);
  watch.stdin?.on('error', () => undefined);
  watch.unref();
  (watch.stdin as unknown as { unref?(): void } | null)?.unref?.();
  return watch;
}

function rotateLog(file: string): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_LOG_BYTES) renameSync(file, `${file}.1`);
}
