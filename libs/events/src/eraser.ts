import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import {
  type ErasureCompleted,
  type ErasureRequested,
  erasureCompleted,
  erasureRequested,
  MAX_ERASED_LINKS,
  QUEUES,
  type QueueName,
} from '#contracts';
import type { BusLogger } from './bus-logger.js';
import { concerns, recordErasure } from './erasure-ledger.js';
import { type EventBus, RetryLaterError } from './event-bus.js';
import { appendToOutbox } from './outbox.js';
import { type ErasureScope, eraseRows, findScope, type PersonalTable } from './personal-tables.js';
import { type ScrubbedTables, scrubTables } from './scrub-tables.js';

export interface EraserOptions {
  /** Also the first part of its queues' names. */
  service: 'links' | 'documents' | 'analytics';
  dataSource: DataSource;
  bus: EventBus;
  logger: BusLogger;
  /** Every table that holds something of a candidate. */
  tables: readonly PersonalTable[];
  /** Of the service: made by `erasureLedgerSql`. */
  ledger: string;
  /** Takes the answers: made by `outboxTableSql`. */
  outbox: string;
  /** Completes what the digests alone do not tell, before rows go. */
  widen?(manager: EntityManager, scope: ErasureScope): Promise<ErasureScope>;
  /** Erases what lies outside of the database; answers how many of what. Runs before the rows go, as they name it. */
  eraseElsewhere?(scope: ErasureScope): Promise<Record<string, number>>;
  /** Tables of another schema that rows were erased from, on a connection that may rewrite them. */
  alsoScrubbed?: ScrubbedTables | undefined;
  /** A database or store that is away: the request is handed over again later. */
  isOutage(error: unknown): boolean;
  /** An answer was written to the outbox. */
  onAnswered(): void;
}

/**
 * One service's part in every erasure. Safe to repeat: a request that comes again finds less to erase.
 *
 * The ledger entry is committed first. From then on nothing of the subject gets into the tables (see `recordErasure`),
 * so that what is erased next stays erased, whenever late events arrive.
 */
export class Eraser {
  constructor(private readonly options: EraserOptions) {}

  /** Resolves when requests are being consumed. */
  start(): Promise<void> {
    return this.options.bus.subscribe({
      queue: `${this.options.service}.erasure-requested`,
      event: erasureRequested,
      batch: { maxEvents: 1, maxWaitMs: 0 },
      handle: async (requests) => {
        for (const request of requests) await this.handle(request);
        return undefined;
      },
    });
  }

  /** Erases, answers, and rejects after a failed answer so that the request is handed over again. */
  async handle(request: ErasureRequested): Promise<void> {
    const { isOutage, logger, service } = this.options;
    try {
      await (request.stage === 'erase' ? this.erase(request) : this.scrub(request));
    } catch (cause) {
      if (cause instanceof RetryLaterError) throw cause;
      if (isOutage(cause)) throw new RetryLaterError('erasing: something needed is away', { cause });
      logger.error(
        { err: cause, erasure_id: request.erasure_id, service },
        'an erasure failed, trying again',
      );
      const problem = cause instanceof Error ? cause.name : 'unknown';
      await this.answer(this.options.dataSource.manager, request, { outcome: 'failed', erased: {}, problem });
      throw cause;
    }
  }

  private async erase(request: ErasureRequested): Promise<void> {
    const { dataSource, tables, ledger, widen = keep, eraseElsewhere } = this.options;
    await dataSource.transaction((manager) => recordErasure(manager, { table: ledger, request }));
    const scope = await dataSource.transaction(async (manager) =>
      widen(manager, await findScope(manager, tables, request)),
    );
    const elsewhere = {
      ...(await eraseElsewhere?.(scope)),
      ...(await this.eraseDeadLetters(scope)),
    };
    await dataSource.transaction(async (manager) => {
      const erased = { ...elsewhere, ...(await eraseRows(manager, tables, scope)) };
      const trackingIds = scope.trackingIds.slice(0, MAX_ERASED_LINKS);
      await this.answer(manager, request, { outcome: 'done', erased, tracking_ids: trackingIds });
    });
  }

  private async scrub(request: ErasureRequested): Promise<void> {
    const { dataSource, tables, alsoScrubbed, bus } = this.options;
    const own = { dataSource, tables: tables.map(({ name }) => name) };
    const left: string[] = [];
    for (const scrubbed of alsoScrubbed ? [own, alsoScrubbed] : [own])
      left.push(...(await scrubTables(scrubbed)));
    for (const queue of this.ownQueues()) {
      // What services tell each other of erasures names nobody.
      if (!queue.includes('.erasure-')) await bus.turnOver(queue);
    }
    const problem =
      left.length > 0 ? `left to the operator: ${[...new Set(left)].join('; ')}`.slice(0, 500) : undefined;
    await this.answer(dataSource.manager, request, { outcome: 'done', erased: {}, problem });
  }

  private async eraseDeadLetters(scope: ErasureScope): Promise<Record<string, number>> {
    const isAbout = concerns(scope.request.subject, new Set(scope.trackingIds));
    let erased = 0;
    for (const queue of this.ownQueues()) erased += await this.options.bus.eraseDeadLetters(queue, isAbout);
    return erased > 0 ? { dead_letters: erased } : {};
  }

  private ownQueues(): QueueName[] {
    return (Object.keys(QUEUES) as QueueName[]).filter((queue) =>
      queue.startsWith(`${this.options.service}.`),
    );
  }

  private async answer(
    manager: EntityManager,
    { erasure_id, round, stage }: ErasureRequested,
    result: Pick<ErasureCompleted, 'outcome' | 'erased' | 'tracking_ids' | 'problem'>,
  ): Promise<void> {
    const { outbox, service, onAnswered } = this.options;
    await appendToOutbox(manager, {
      table: outbox,
      definition: erasureCompleted,
      event: {
        event_id: randomUUID(),
        occurred_at: new Date().toISOString(),
        erasure_id,
        round,
        stage,
        service,
        ...result,
      },
    });
    onAnswered();
  }
}

const keep = async (_manager: EntityManager, scope: ErasureScope) => scope;
