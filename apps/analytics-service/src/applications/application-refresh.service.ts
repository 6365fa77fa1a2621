import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { ANALYTICS_DATABASE } from '../database.js';
import { refreshApplications, takeStaleApplications } from './refresh-applications.query.js';

/** Applications brought up to date by one statement. */
const CHUNK_APPLICATIONS = 500;
const IDLE_MS = 1_000;
/**
 * An erasure goes first, and what it removes while this waits is not stored again. Whoever locks whole tables goes
 * first too: this can wait for its next round, and must not end in a deadlock with them.
 */
const GIVE_WAY = "SET LOCAL lock_timeout = '500ms'; LOCK TABLE erased_links IN ACCESS SHARE MODE";

/**
 * Keeps the figures of applications: within a second or two they follow what links, clicks and bookings have become.
 * What is to follow lies in a table and leaves it in the transaction that stores the figures, so nothing is lost by a
 * crash. Figures are read anew, not added to: doing it twice changes nothing.
 */
@Injectable()
export class ApplicationRefresh implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private isStopping = false;

  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** Refreshes every application noted so far; answers how many. Another process at it ends it early. */
  refreshAll(): Promise<number> {
    const run = this.running.then(() => this.refreshRounds());
    this.running = run.then(
      () => undefined,
      () => undefined,
    );
    return run;
  }

  private async refreshRounds(): Promise<number> {
    let refreshed = 0;
    while (!this.isStopping) {
      const round = await this.refreshRound();
      if (round === 0) break;
      refreshed += round;
    }
    return refreshed;
  }

  private refreshRound(): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const [{ elected }] = await manager.query(
        "SELECT pg_try_advisory_xact_lock(hashtext('footfall-analytics-applications')) AS elected",
      );
      if (!elected) return 0;
      await manager.query(GIVE_WAY);
      const stale = await takeStaleApplications(manager);
      for (let i = 0; i < stale.length; i += CHUNK_APPLICATIONS) {
        await refreshApplications(manager, stale.slice(i, i + CHUNK_APPLICATIONS));
      }
      return stale.length;
    });
  }

  private schedule(): void {
    if (this.isStopping) return;
    this.timer = setTimeout(() => {
      this.refreshAll()
        .catch((error: unknown) =>
          this.logger.warn({ err: error }, 'refreshing applications failed, next try shortly'),
        )
        .finally(() => this.schedule());
    }, IDLE_MS).unref();
  }
}
