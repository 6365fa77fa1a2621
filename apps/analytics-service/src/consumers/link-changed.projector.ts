import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { type LinkChanged, linkChanged } from '#contracts';
import { EVENT_BUS, type EventBus, isErasedSql, type RefusedEvent } from '#events';
import { ANALYTICS_DATABASE } from '../database.js';
import { storeBisecting } from '../ingest/bisect.js';
import { joinColumn, unnestColumn } from '../ingest/text-column.js';
import { ERASURE_LEDGER } from '../privacy/personal-clicks.js';
import { retryOnOutage } from './retry-on-outage.js';
import { startConsumer } from './start-consumer.js';

const BATCH = { maxEvents: 1_000, maxWaitMs: 50 };

const TYPES = [
  'text',
  'text',
  'text',
  'text',
  'text',
  'text',
  'text',
  'text',
  'text',
  'boolean',
  'timestamptz',
  'bigint',
];

/** Ordered by key, so that several projectors take their row locks in one order; an older revision changes nothing. */
const UPSERT_LINKS = `
INSERT INTO links AS held (tracking_id, user_id, job_id, application_id, link_function, link_type, original_url,
  redirect_url, description, is_active, created_at, revision)
SELECT * FROM unnest(${TYPES.map((type, index) => unnestColumn(index + 1, type)).join(', ')})
  AS incoming (tracking_id, user_id, job_id, application_id, link_function, link_type, original_url, redirect_url,
    description, is_active, created_at, revision)
WHERE NOT EXISTS (SELECT FROM erased_links AS gone WHERE gone.tracking_id = incoming.tracking_id)
  AND NOT ${isErasedSql(ERASURE_LEDGER, { user: 'incoming.user_id', application: 'incoming.application_id', at: 'incoming.created_at' })}
ORDER BY tracking_id
ON CONFLICT (tracking_id) DO UPDATE SET
  user_id = excluded.user_id, job_id = excluded.job_id, application_id = excluded.application_id,
  link_function = excluded.link_function, link_type = excluded.link_type, original_url = excluded.original_url,
  redirect_url = excluded.redirect_url, description = excluded.description, is_active = excluded.is_active,
  created_at = excluded.created_at, revision = excluded.revision
WHERE held.revision < excluded.revision`;

/**
 * Keeps what analytics shows of a link: the newest revision wins, in whatever order events arrive. That a link was erased
 * is learned with the erasure.
 */
@Injectable()
export class LinkChangedProjector implements OnApplicationBootstrap {
  constructor(
    @Inject(EVENT_BUS) private readonly bus: EventBus,
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    startConsumer(
      this.bus,
      {
        queue: 'analytics.link-changed',
        event: linkChanged,
        batch: BATCH,
        handle: (events) => this.handle(events),
      },
      this.logger,
    );
  }

  async handle(events: readonly LinkChanged[]): Promise<readonly RefusedEvent[]> {
    return retryOnOutage('project links', () => storeBisecting(events, (part) => this.store(part)));
  }

  private async store(events: readonly LinkChanged[]): Promise<void> {
    const newest = keepNewest(events.filter(({ erased }) => !erased));
    if (newest.length === 0) return;
    await this.dataSource.query(
      UPSERT_LINKS,
      COLUMNS.map((column) => joinColumn(newest, column)),
    );
  }
}

/** One statement may touch a row only once. */
function keepNewest(events: readonly LinkChanged[]): LinkChanged[] {
  const newest = new Map<string, LinkChanged>();
  for (const event of events) {
    const held = newest.get(event.tracking_id);
    if (!held || held.revision < event.revision) newest.set(event.tracking_id, event);
  }
  return [...newest.values()];
}

const COLUMNS: readonly ((event: LinkChanged) => string | undefined)[] = [
  (event) => event.tracking_id,
  (event) => event.user_id,
  (event) => event.job_id,
  (event) => event.application_id,
  (event) => event.link_function,
  (event) => event.link_type,
  (event) => event.original_url,
  (event) => event.redirect_url,
  (event) => event.description,
  (event) => String(event.is_active),
  (event) => event.created_at,
  (event) => String(event.revision),
];
