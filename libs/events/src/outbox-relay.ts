import type { DataSource, EntityManager } from 'typeorm';
import { backoffDelayMs } from './backoff.js';
import type { BusLogger } from './bus-logger.js';
import type { EventBus, EventMessage } from './event-bus.js';

const RETRY = { firstMs: 250, maxMs: 10_000 };

/** A row of the outbox. */
export interface OutboxRow {
  /** Grows in the order of writing (a bigint, as text). */
  id: string;
  routingKey: string;
  /** JSON text. */
  payload: string;
  createdAt: Date;
}

export interface OutboxRelayOptions {
  dataSource: DataSource;
  /** Trusted name of the table that `outboxTableSql` made, best with its schema. */
  table: string;
  bus: Pick<EventBus, 'publish'>;
  logger: BusLogger;
  /** Rows per transaction. */
  batchSize?: number;
  /** How soon rows that nobody announced with `wake` are noticed. */
  pollMs?: number;
  /**
   * Makes the messages of some rows, in id order; what it writes is committed together with their removal. Default:
   * each payload as it is. Only one relay at a time runs it per table, so it may number rows in commit order.
   */
  toMessages?(
    rows: readonly OutboxRow[],
    manager: EntityManager,
  ): Promise<readonly EventMessage[]> | readonly EventMessage[];
}

export interface OutboxBacklog {
  rows: number;
  /** Age of the oldest row; 0 when there is none. */
  oldestAgeSeconds: number;
}

type Outcome = 'relayed' | 'empty' | 'elsewhere' | 'failed';

/**
 * Publishes an outbox's rows in id order and deletes what was accepted, at least once. Every process of a service
 * may run one: a lock in the database lets one of them work at a time, so order holds. When the bus or the database
 * is away, rows stay and it tries again with a backoff.
 */
export class OutboxRelay {
  private loop: Promise<void> | undefined;
  private stopping = false;
  private isWoken = false;
  private endPause: (() => void) | undefined;
  private failures = 0;

  constructor(private readonly options: OutboxRelayOptions) {}

  start(): void {
    this.loop ??= this.run();
  }

  /** Say this after a commit that wrote to the outbox: it is relayed now, not at the next poll. */
  wake(): void {
    this.isWoken = true;
    if (this.failures === 0) this.endPause?.();
  }

  /** Resolves when the outbox is empty. For tests, and for a command that waits for everything to have left. */
  async drain(): Promise<void> {
    while (!this.stopping && (await this.measureBacklog()).rows > 0) {
      this.wake();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** For metrics: one count over the table. */
  async measureBacklog(): Promise<OutboxBacklog> {
    const [row] = (await this.options.dataSource.query(
      `SELECT count(*)::int AS rows,
              coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS age
         FROM ${this.options.table}`,
    )) as { rows: number; age: number }[];
    return { rows: row?.rows ?? 0, oldestAgeSeconds: row?.age ?? 0 };
  }

  /** Resolves when the batch in hand is committed or rolled back. Rows that remain wait for the next start. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.endPause?.();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.stopping) {
      this.isWoken = false;
      const outcome = await this.relayBatch();
      if (outcome === 'relayed') continue;
      await this.pause(
        outcome === 'failed' ? backoffDelayMs(this.failures - 1, RETRY) : (this.options.pollMs ?? 250),
      );
    }
  }

  private pause(delayMs: number): Promise<void> {
    if (this.stopping || (this.isWoken && this.failures === 0)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async relayBatch(): Promise<Outcome> {
    const { dataSource, logger, table } = this.options;
    try {
      const outcome = await dataSource.transaction((manager) => this.relayIn(manager));
      if (this.failures > 0) logger.info({ table }, 'outbox relay works again');
      this.failures = 0;
      return outcome;
    } catch (error) {
      this.failures += 1;
      if (this.failures === 1) logger.warn({ err: error, table }, 'outbox relay failed, trying again');
      return 'failed';
    }
  }

  private async relayIn(manager: EntityManager): Promise<Outcome> {
    const { table, batchSize = 200, bus, toMessages = asTheyAre } = this.options;
    const [lock] = await manager.query(
      `SELECT pg_try_advisory_xact_lock(hashtextextended('outbox ' || $1, 0)) AS held`,
      [table],
    );
    if (!lock.held) return 'elsewhere';
    const rows: OutboxRow[] = await manager.query(
      `SELECT id, routing_key AS "routingKey", payload::text AS payload, created_at AS "createdAt"
         FROM ${table} ORDER BY id LIMIT $1`,
      [batchSize],
    );
    if (rows.length === 0) return 'empty';
    for (const message of await toMessages(rows, manager)) await bus.publish(message);
    await manager.query(`DELETE FROM ${table} WHERE id = ANY($1)`, [rows.map((row) => row.id)]);
    return 'relayed';
  }
}

/** Neighbours of one kind share a message, in order. */
function asTheyAre(rows: readonly OutboxRow[]): EventMessage[] {
  const messages: { routingKey: string; events: string[] }[] = [];
  for (const { routingKey, payload } of rows) {
    const last = messages.at(-1);
    if (last?.routingKey === routingKey) last.events.push(payload);
    else messages.push({ routingKey, events: [payload] });
  }
  return messages;
}
