import { randomUUID } from 'node:crypto';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { DataSource, EntityManager } from 'typeorm';
import { currentTraceparent, type DocumentGenerated, documentGenerated } from '#contracts';
import { appendToOutbox, EVENT_BUS, type EventBus, OutboxRelay } from '#events';
import { currentRequestId, Metrics } from '#platform';
import { DOCUMENTS_DATA_SOURCE } from '../config.js';
import type { DocumentEntity } from './document.entity.js';

/** Where events wait for the bus, in the same database as the documents they speak of. */
export const OUTBOX_TABLE = 'documents.document_outbox';

/** What the event says beyond the document's row. */
export type Application = Pick<DocumentGenerated, 'company' | 'position' | 'job_board'>;

/** Tells the other services of every document, once its row is committed and for as long as that takes. */
@Injectable()
export class DocumentEvents implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly relay: OutboxRelay;

  constructor(
    @Inject(DOCUMENTS_DATA_SOURCE) dataSource: DataSource,
    @Inject(EVENT_BUS) bus: EventBus,
    logger: PinoLogger,
    metrics: Metrics,
  ) {
    this.relay = new OutboxRelay({ dataSource, table: OUTBOX_TABLE, bus, logger });
    metrics.addOutbox('documents', () => this.relay.measureBacklog());
  }

  onApplicationBootstrap(): void {
    this.relay.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.relay.stop();
  }

  /** Writes the event in the transaction that stores the document. */
  append(manager: EntityManager, document: DocumentEntity, application: Application): Promise<void> {
    const event: DocumentGenerated = {
      event_id: randomUUID(),
      occurred_at: document.created_at.toISOString(),
      request_id: currentRequestId(),
      traceparent: currentTraceparent(),
      document_id: document.document_id,
      kind: document.kind,
      user_id: document.user_id,
      job_id: document.job_id ?? undefined,
      application_id: document.application_id ?? undefined,
      tracking_ids: document.tracking_ids,
      ...application,
    };
    return appendToOutbox(manager, { table: OUTBOX_TABLE, definition: documentGenerated, event });
  }

  /** Say this after the commit: the event leaves now, not at the next poll. */
  announce(): void {
    this.relay.wake();
  }
}
