import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { type DocumentGenerated, documentGenerated } from '#contracts';
import { EVENT_BUS, type EventBus, isErasedSql, type RefusedEvent } from '#events';
import { ANALYTICS_DATABASE } from '../database.js';
import { storeBisecting } from '../ingest/bisect.js';
import { joinColumn, unnestColumn } from '../ingest/text-column.js';
import { ERASURE_LEDGER } from '../privacy/personal-clicks.js';
import { retryOnOutage } from './retry-on-outage.js';
import { startConsumer } from './start-consumer.js';

const BATCH = { maxEvents: 500, maxWaitMs: 100 };

const TYPES = ['text', 'text', 'text', 'text', 'text', 'text', 'timestamptz', 'uuid', 'text'];

/** What is held stays; what a person has set stays also where they have taken a value away. */
const fillGap = (column: string) =>
  `${column} = CASE WHEN '${column}' = ANY (held.set_by_person) THEN held.${column}
    ELSE coalesce(held.${column}, excluded.${column}) END`;

/**
 * Keeps which documents there are. Documents of one application fill its gaps: what the earliest statement says of
 * company, title or board stays. In order of the key, as every upsert here.
 */
const UPSERT_APPLICATIONS = `
WITH incoming AS (
  SELECT * FROM unnest(${TYPES.map((type, index) => unnestColumn(index + 1, type)).join(', ')})
    AS incoming (user_id, application_id, job_id, company, title, job_board, at, document_id, kind)
  WHERE NOT ${isErasedSql(ERASURE_LEDGER, { user: 'user_id', application: 'application_id', at: 'at' })}
),
documents AS (
  INSERT INTO application_documents (document_id, user_id, application_id, kind, generated_at)
  SELECT document_id, user_id, application_id, kind, at FROM incoming ORDER BY document_id
  ON CONFLICT DO NOTHING
)
INSERT INTO applications AS held (user_id, application_id, job_id, company, title, job_board, first_generated_at)
SELECT user_id, application_id, (array_agg(job_id ORDER BY at) FILTER (WHERE job_id IS NOT NULL))[1],
  (array_agg(company ORDER BY at) FILTER (WHERE company IS NOT NULL))[1],
  (array_agg(title ORDER BY at) FILTER (WHERE title IS NOT NULL))[1],
  (array_agg(job_board ORDER BY at) FILTER (WHERE job_board IS NOT NULL))[1], min(at)
FROM incoming GROUP BY user_id, application_id ORDER BY user_id, application_id
ON CONFLICT (user_id, application_id) DO UPDATE SET
  ${['job_id', 'company', 'title', 'job_board'].map(fillGap).join(', ')},
  first_generated_at = least(held.first_generated_at, excluded.first_generated_at)`;

/** Learns from generated documents which applications there are, and to whom. */
@Injectable()
export class DocumentGeneratedProjector implements OnApplicationBootstrap {
  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    startConsumer(
      this.bus,
      {
        queue: 'analytics.document-generated',
        event: documentGenerated,
        batch: BATCH,
        handle: (events) => this.handle(events),
      },
      this.logger,
    );
  }

  async handle(events: readonly DocumentGenerated[]): Promise<readonly RefusedEvent[]> {
    return retryOnOutage('project applications', () => storeBisecting(events, (part) => this.store(part)));
  }

  /** A document that belongs to no application says nothing of one. */
  private async store(events: readonly DocumentGenerated[]): Promise<void> {
    const rows = events.filter((event) => event.application_id !== undefined);
    if (rows.length === 0) return;
    await this.dataSource.query(
      UPSERT_APPLICATIONS,
      COLUMNS.map((column) => joinColumn(rows, column)),
    );
  }
}

const COLUMNS: readonly ((event: DocumentGenerated) => string | undefined)[] = [
  (event) => event.user_id,
  (event) => event.application_id,
  (event) => event.job_id,
  (event) => event.company,
  (event) => event.position,
  (event) => event.job_board,
  (event) => event.occurred_at,
  (event) => event.document_id,
  (event) => event.kind,
];
