import { existsSync } from 'node:fs';
import { AccessModule } from './access/access.module.js';
import { migrateDatabases } from './database.module.js';
import { createLogger } from './logger.js';
import { accessOptions, type RunningService, type ServiceOptions, startService } from './service.js';
import { startTracing, type Tracing } from './telemetry/start-tracing.js';

/** What a process is told to prepare its databases for a release, and nothing else. */
const MIGRATE_ONLY = '--migrate-only';
/** Longest a stop may take before the process ends anyway, ms; what is unfinished is on disk or unacknowledged. */
const STOP_DEADLINE_MS = 25_000;

/** How often a collector that is away is spoken of: it fails every few seconds. */
const WARN_EVERY_MS = 60_000;

/** A process as its main file puts it together from the settings. */
export interface Composition extends ServiceOptions {
  /** Lines for the person who started it, printed when ready, the ready line first. */
  announce?(url: string): string[];
  /** Runs last on the way out, also after a failed start, for example to stop an embedded database. */
  afterStop?(): Promise<void>;
}

/**
 * The life of a process: settings (also from `.env` in the working directory, which never overrides the
 * environment) → start → ready line on stdout → SIGINT or SIGTERM → orderly stop → exit code 0. A failed start
 * says why in plain sentences on stderr and exits with 1. `compose` throws InvalidConfigError for wrong settings.
 *
 * With `--migrate-only` it runs the migrations of its databases and ends, without listening and without a broker.
 */
export async function runProgram(
  name: string,
  compose: (env: NodeJS.ProcessEnv) => Promise<Composition> | Composition,
): Promise<void> {
  let stopping = false;
  let composition: Composition | undefined;
  let service: RunningService | undefined;
  let tracing: Tracing | undefined;

  const stop = async (exitCode: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(exitCode || 1), STOP_DEADLINE_MS).unref();
    await service?.stop();
    await tracing?.stop();
    await composition?.afterStop?.();
    process.exit(exitCode);
  };
  // `on`, not `once`: an impatient second Ctrl-C must not cut the orderly stop short.
  process.on('SIGINT', () => void stop(0));
  process.on('SIGTERM', () => void stop(0));

  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    tracing = await startTracing(name, process.env, (error) => warnOfLostSpans(service, error));
    composition = await compose(process.env);
    if (process.argv.includes(MIGRATE_ONLY)) {
      await migrateDatabases(
        [AccessModule.register(accessOptions(composition)), ...composition.imports],
        createLogger({ name, level: composition.config.LOG_LEVEL }),
      );
      return await stop(0);
    }
    service = await startService(composition);
    if (stopping) return;
    const lines = composition.announce?.(service.url) ?? [`${name} ready on ${service.url}`];
    process.stdout.write(`${lines.join('\n')}\n`);
  } catch (error) {
    if (!stopping)
      process.stderr.write(
        `${name} cannot start. ${error instanceof Error ? error.message : String(error)}\n`,
      );
    await stop(1);
  }
}

let warnedAtMs = Number.NEGATIVE_INFINITY;

function warnOfLostSpans(service: RunningService | undefined, error: unknown): void {
  if (performance.now() - warnedAtMs < WARN_EVERY_MS) return;
  warnedAtMs = performance.now();
  service?.logger.warn({ err: error }, 'the collector did not take spans, they are dropped');
}
