import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit, Optional } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { AccessClock } from './access-clock.js';
import { ACCESS_DATABASE } from './access-database.js';

/** A key's last use is written down at most so often, ms. */
const PRECISION_MS = 60_000;
/** How soon after a use, ms. */
const WRITE_EVERY_MS = 5_000;

/** Writes down when keys were last used, beside the calls that use them; a few uses may be lost with the process. */
@Injectable()
export class KeyUse implements OnModuleInit, OnApplicationShutdown {
  /** Moment of the last use that is or will be written, ms, by key. */
  private readonly noted = { current: new Map<string, number>(), previous: new Map<string, number>() };
  private pending = { current: new Set<string>(), previous: new Set<string>() };
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @Optional() @Inject(ACCESS_DATABASE) private readonly database: DataSource | undefined,
    private readonly clock: AccessClock,
    private readonly logger: PinoLogger,
  ) {}

  onModuleInit(): void {
    if (this.database) this.timer = setInterval(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  note(keyId: string, isPrevious: boolean): void {
    const which = isPrevious ? 'previous' : 'current';
    const now = this.clock.now();
    if (now - (this.noted[which].get(keyId) ?? Number.NEGATIVE_INFINITY) < PRECISION_MS) return;
    this.noted[which].set(keyId, now);
    this.pending[which].add(keyId);
  }

  /** Writes what is due; tests do not wait for the time. */
  async write(): Promise<void> {
    const { current, previous } = this.pending;
    if (!this.database || current.size + previous.size === 0) return;
    this.pending = { current: new Set(), previous: new Set() };
    const now = new Date(this.clock.now());
    try {
      await this.database.query('UPDATE api_keys SET last_used_at = $1 WHERE id = ANY ($2)', [
        now,
        [...current],
      ]);
      await this.database.query('UPDATE api_keys SET previous_last_used_at = $1 WHERE id = ANY ($2)', [
        now,
        [...previous],
      ]);
    } catch (error) {
      this.logger.warn({ err: error }, 'the last use of API keys was not written down');
    }
  }
}
