// Servers and load as processes of their own, each kept on its core where the system has taskset.
import { fork, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { GATEWAY_FLAGS } from '../../processes.mjs';

const canPin = availableParallelism() > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
/** Words to put before a command so that it runs on that core alone. */
export const pinTo = (core) => (canPin ? ['taskset', '-c', `${core}`] : []);
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;
const TICKS_PER_SECOND = 100;

export async function startServer(file, { args = [], flags = [], env = {} } = {}) {
  const child = forkOn(SERVER_CORE, { file, args, flags, env });
  const { url } = await once(child);
  return { url, child, ask: (question) => ask(child, question) };
}

/**
 * The gateway with so many links to pull into an empty folder, started as it is in production; ready once it has them.
 * `env` holds settings of OpenTelemetry's.
 */
export const startGateway = (dataDir, links, env = {}) =>
  startServer('gateway.mjs', { args: [dataDir, `${links}`], flags: GATEWAY_FLAGS, env });

/** Answers a function that drives a server with so many seconds or requests. */
export async function startLoad() {
  const child = forkOn(LOAD_CORE, { file: 'load.mjs', args: [], flags: [] });
  await once(child);
  return { child, drive: (order) => ask(child, order) };
}

/** Processor time of a process and its children so far, in microseconds; undefined where there is no /proc. */
export function cpuMicros(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    const [, rest] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    const [utime, stime] = rest.split(' ').slice(11, 13).map(Number);
    const own = ((utime + stime) / TICKS_PER_SECOND) * 1e6;
    return children.reduce((sum, child) => sum + cpuMicros(child), own);
  } catch {
    return undefined;
  }
}

/** Resident megabytes of a process; undefined where there is no /proc. */
export function residentMegabytes(pid) {
  return readMegabytes(pid, /VmRSS:\s+(\d+)/);
}

/** The most that they ever were. */
export function peakMegabytes(pid) {
  return readMegabytes(pid, /VmHWM:\s+(\d+)/);
}

function readMegabytes(pid, figure) {
  try {
    return Number(figure.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1_024;
  } catch {
    return undefined;
  }
}

function forkOn(core, { file, args, flags, env = {} }) {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const [command, ...before] = pinTo(core);
  // fork() speaks to its child over an inherited descriptor, which taskset passes on.
  if (!command) return fork(path, args, { execArgv: flags, env: { ...process.env, ...env } });
  return fork(path, args, {
    execPath: command,
    execArgv: [...before, process.execPath, ...flags],
    env: { ...process.env, ...env },
  });
}

function ask(child, question) {
  child.send(question);
  return once(child);
}

function once(child) {
  return new Promise((resolve, reject) => {
    const ended = (code) => reject(new Error(`a benchmark process ended with ${code}`));
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
    child.once('exit', ended);
  });
}
