import cluster, { type Worker } from 'node:cluster';
import { setTimeout as pause } from 'node:timers/promises';
import { backoffDelayMs } from '#platform';
import { journalDirectory, type redirectGatewayProcessEnv, replicaDirectory } from '../config.js';
import { claimFolder } from '../journal/journal-folder.js';
import { removeCopiesBeyond } from '../replica/link-store.js';
import { answerMetricsRequests } from './worker-metrics.js';
import { SLOT_VARIABLE } from './worker-slot.js';

type Config = ReturnType<typeof redirectGatewayProcessEnv.parse>;

/** A worker that ends sooner than this after its start is started again with growing pauses. */
const SETTLED_MS = 10_000;
const MAX_PAUSE_MS = 5_000;
/** How long workers get to stop by themselves: a little more than they give themselves. */
const STOP_DEADLINE_MS = 27_000;

/**
 * Runs WORKERS gateways on one port, each a process with its own journal and its own copy of the links, and starts
 * again whichever dies. They accept connections from one socket, whoever is free first; this process holds it open,
 * so that connections not yet accepted outlive any worker. Throws DataDirectoryInUseError when another gateway works on the journals.
 */
export async function superviseWorkers(config: Config): Promise<void> {
  const lock = await claimFolder(journalDirectory(config));
  removeCopiesBeyond(replicaDirectory(config), config.WORKERS);
  const workers = new Map<number, Worker>();
  const listening = new Set<number>();
  let isStopping = false;

  const stop = async (exitCode: number) => {
    if (isStopping) return;
    isStopping = true;
    const running = [...workers.values()];
    const ended = running.map((worker) => new Promise((resolve) => worker.once('exit', resolve)));
    for (const worker of running) worker.process.kill('SIGTERM');
    const deadline = setTimeout(() => {
      for (const worker of running) worker.process.kill('SIGKILL');
    }, STOP_DEADLINE_MS);
    await Promise.all(ended);
    clearTimeout(deadline);
    lock?.release();
    process.exit(exitCode);
  };

  const start = (slot: number, failures: number) => {
    if (isStopping) return;
    const startedAt = performance.now();
    const worker = cluster.fork({ [SLOT_VARIABLE]: String(slot) });
    workers.set(slot, worker);
    answerMetricsRequests(worker);
    worker.once('listening', ({ port }) => {
      listening.add(slot);
      if (listening.size === config.WORKERS) announce(config, port);
    });
    worker.once('exit', (code, signal) => {
      workers.delete(slot);
      if (isStopping) return;
      // Before anything has worked it is a setting or the port, which the worker has told of.
      if (listening.size === 0 && code !== 0) return void stop(1);
      process.stderr.write(`worker ${slot} ended (${signal ?? `exit code ${code}`}), starting it again\n`);
      const next = performance.now() - startedAt < SETTLED_MS ? failures + 1 : 0;
      void pause(backoffDelayMs(next, MAX_PAUSE_MS)).then(() => start(slot, next));
    });
  };

  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));
  // Dealing connections out in turn would leave one hanging that was dealt to a worker as it died.
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  // Only this process speaks on stdout.
  cluster.setupPrimary({ stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  for (let slot = 0; slot < config.WORKERS; slot += 1) start(slot, 0);
}

function announce({ HOST, WORKERS }: Config, port: number): void {
  const host = HOST.includes(':') ? `[${HOST}]` : HOST;
  process.stdout.write(`redirect-gateway ready on http://${host}:${port} with ${WORKERS} workers\n`);
}
