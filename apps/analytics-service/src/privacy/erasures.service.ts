import { randomUUID } from 'node:crypto';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { digestOf, type ErasureCompleted, type ErasureKind, erasureCompleted } from '#contracts';
import { BusUnavailableError, Eraser, EVENT_BUS, type EventBus, OutboxRelay } from '#events';
import { CodedError, isDatabaseOutage, Metrics } from '#platform';
import { retryOnOutage } from '../consumers/retry-on-outage.js';
import { startConsumer } from '../consumers/start-consumer.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { replayErasures } from './erasure-export.js';
import { type Erasure, type ErasureFilter, listErasures } from './erasure-list.query.js';
import { ERASING_SERVICES, type ErasureRow, progress, requestStep } from './erasure-progress.js';
import { ERASURE_LEDGER, findErasedLinks, PERSONAL_TABLES, PRIVACY_OUTBOX } from './personal-clicks.js';

export interface NamedSubject {
  kind: ErasureKind;
  value: string;
  /** Whose application it is; undefined: whoever's. */
  ownerId?: string | undefined;
}

export class ErasureNotFoundError extends CodedError {
  constructor() {
    super({ code: 'erasure_not_found', kind: 'not_found', message: 'There is no erasure of this id.' });
  }
}

/** Takes requests to erase, leads every service through them, and erases what analytics itself holds. */
@Injectable()
export class Erasures implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly eraser: Eraser;
  private readonly relay: OutboxRelay;

  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    private readonly logger: PinoLogger,
    metrics: Metrics,
  ) {
    this.relay = new OutboxRelay({ dataSource, table: PRIVACY_OUTBOX, bus, logger });
    metrics.addOutbox('privacy', () => this.relay.measureBacklog());
    this.eraser = new Eraser({
      service: 'analytics',
      dataSource,
      bus,
      logger,
      tables: PERSONAL_TABLES,
      ledger: ERASURE_LEDGER,
      outbox: PRIVACY_OUTBOX,
      widen: findErasedLinks,
      isOutage: (error) => isDatabaseOutage(error) || error instanceof BusUnavailableError,
      onAnswered: () => this.relay.wake(),
    });
  }

  onApplicationBootstrap(): void {
    this.relay.start();
    this.eraser
      .start()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'erasures are not consumed'));
    startConsumer(
      this.bus,
      {
        queue: 'analytics.erasure-completed',
        event: erasureCompleted,
        batch: { maxEvents: 10, maxWaitMs: 0 },
        handle: async (answers) => {
          await retryOnOutage('lead erasures on', () => this.take(answers));
          return undefined;
        },
      },
      this.logger,
    );
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.relay.stop();
  }

  /** Begins an erasure; one of the same subject that is under way is answered instead. */
  async request(subject: NamedSubject): Promise<Erasure> {
    const named = await this.digest(subject);
    const erasureId = await this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [named.digest]);
      const [known] = await manager.query(
        `SELECT erasure_id FROM erasures
         WHERE kind = $1 AND digest = $2 AND owner IS NOT DISTINCT FROM $3 AND stage <> 'done'`,
        [named.kind, named.digest, named.owner],
      );
      if (known) return known.erasure_id;
      const erasure: ErasureRow = {
        ...named,
        erasure_id: randomUUID(),
        stage: 'erase',
        round: 1,
        until: null,
      };
      await manager.query(
        `INSERT INTO erasures (erasure_id, kind, digest, owner, stage, round) VALUES ($1, $2, $3, $4, 'erase', 1)`,
        [erasure.erasure_id, named.kind, named.digest, named.owner],
      );
      await requestStep(manager, erasure, { stage: 'erase', round: 1 });
      return erasure.erasure_id;
    });
    this.relay.wake();
    return this.get(erasureId, undefined);
  }

  /** Does every erasure again, up to where it reached: after a backup was restored. Answers how many. */
  async replay(): Promise<number> {
    const count = await replayErasures(this.dataSource);
    this.relay.wake();
    return count;
  }

  /** @throws ErasureNotFoundError, also for one that is not `userId`'s */
  async get(erasureId: string, userId: string | undefined): Promise<Erasure> {
    const [erasure] = await this.list({ erasureId, userId, limit: 1 });
    if (!erasure) throw new ErasureNotFoundError();
    return erasure;
  }

  /** Newest first; with `userId` only those of this user. */
  async list({
    userId,
    ...filter
  }: Omit<ErasureFilter, 'owner'> & { userId: string | undefined }): Promise<Erasure[]> {
    const owner =
      userId === undefined ? undefined : (await this.digest({ kind: 'user', value: userId })).digest;
    return listErasures(this.dataSource, { ...filter, owner });
  }

  private async take(answers: readonly ErasureCompleted[]): Promise<void> {
    for (const answer of answers) {
      if (!ERASING_SERVICES.some((service) => service === answer.service)) continue;
      await this.dataSource.transaction((manager) => progress(manager, answer));
    }
    this.relay.wake();
  }

  private async digest({ kind, value, ownerId }: NamedSubject) {
    const [{ key }]: [{ key: string }] = await this.dataSource.query('SELECT key FROM erasure_key');
    const owner = ownerId === undefined ? null : digestOf({ key, kind: 'user', value: ownerId });
    return { kind, key, digest: digestOf({ key, kind, value }), owner };
  }
}
