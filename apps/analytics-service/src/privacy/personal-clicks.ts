import type { DataSource, EntityManager } from 'typeorm';
import { type ErasureScope, isOfSubject, type PersonalTable, type SqlRunner, scopeOfUser } from '#events';
import { eraseDeliveries, PERSONAL_BOOKINGS } from '../bookings/erase-deliveries.query.js';
import { eraseClicks } from './erase-clicks.query.js';

export const ERASURE_LEDGER = 'analytics.erasure_ledger';
export const PRIVACY_OUTBOX = 'analytics.privacy_outbox';

const LINKS: PersonalTable = {
  name: 'analytics.links',
  user: 'user_id',
  application: 'application_id',
  link: 'tracking_id',
  at: 'created_at',
};
const COUNTERS: PersonalTable = {
  name: 'analytics.link_counters',
  user: 'user_id',
  application: 'application_id',
  link: 'tracking_id',
  at: "coalesce(first_click, '-infinity')",
};
/** Every table of this service that holds something of a candidate. A test compares it with the schema. */
export const PERSONAL_TABLES: readonly PersonalTable[] = [
  {
    name: 'analytics.link_clicks',
    link: 'tracking_id',
    erase: eraseClicks,
  },
  { name: 'analytics.link_days', link: 'tracking_id' },
  // What is counted of everybody has been counted down with the clicks.
  { name: 'analytics.activity', user: 'user_id', at: 'starts_at' },
  { name: 'analytics.source_activity', user: 'user_id', at: 'starts_at' },
  COUNTERS,
  LINKS,
  { name: 'analytics.reported_clicks', link: 'tracking_id', isTransient: true },
  // Deliveries are found by the bookings that they speak of.
  { name: 'analytics.booking_deliveries', isTransient: true, erase: eraseDeliveries },
  PERSONAL_BOOKINGS,
  {
    name: 'analytics.application_documents',
    user: 'user_id',
    application: 'application_id',
    at: 'generated_at',
  },
  { name: 'analytics.application_functions', ...ofApplications() },
  { name: 'analytics.announced_applications', ...ofApplications(), isTransient: true },
  {
    name: 'analytics.applications',
    user: 'user_id',
    application: 'application_id',
    at: "coalesce(first_generated_at, first_linked_at, '-infinity')",
  },
  {
    name: 'analytics.webhook_deliveries',
    user: 'user_id',
    application: 'application_id',
    at: 'created_at',
  },
  {
    name: 'analytics.webhook_endpoints',
    user: 'user_id',
    at: 'created_at',
    hides: ['secret', 'previous_secret'],
  },
  // After the tables whose triggers note applications here.
  { name: 'analytics.stale_applications', isTransient: true, erase: forgetStale },
];

/** What belongs to applications goes when they go; nothing of its own says when it came about. */
function ofApplications(): Pick<PersonalTable, 'user' | 'application'> {
  return { user: 'user_id', application: 'application_id' };
}

/** Notes may name other users' applications beside the subject's. */
async function forgetStale(transaction: SqlRunner, scope: ErasureScope): Promise<number> {
  const own = isOfSubject({ name: '', user: 'named.user_id', application: 'named.application_id' }, scope);
  if (!own) return 0;
  await transaction.query(
    `WITH kept AS (
       SELECT id, coalesce(array_agg(user_id) FILTER (WHERE NOT is_gone), '{}') AS user_ids,
         coalesce(array_agg(application_id) FILTER (WHERE NOT is_gone), '{}') AS application_ids
       FROM (
         SELECT id, named.user_id, named.application_id, (${own.condition}) AS is_gone
         FROM stale_applications CROSS JOIN LATERAL unnest(user_ids, application_ids)
           AS named (user_id, application_id)
       ) AS notes GROUP BY id HAVING bool_or(is_gone)
     )
     UPDATE stale_applications AS held SET user_ids = kept.user_ids, application_ids = kept.application_ids
     FROM kept WHERE held.id = kept.id`,
    own.parameters,
  );
  return 0;
}

/** A user as an export asks for one, with the links that clicks are found by. */
export async function scopeWithLinks(dataSource: DataSource, userId: string): Promise<ErasureScope> {
  const rows: { id: string }[] = await dataSource.query(
    `SELECT tracking_id AS id FROM links WHERE user_id = $1
     UNION SELECT tracking_id FROM link_counters WHERE user_id = $1`,
    [userId],
  );
  return { ...scopeOfUser(userId), trackingIds: rows.map(({ id }) => id) };
}

/**
 * Finds the links of the subject as far as this service knows them, and notes them as gone together with those that
 * link-service named: from here on nothing that concerns them is stored.
 */
export async function findErasedLinks(manager: EntityManager, scope: ErasureScope): Promise<ErasureScope> {
  const { erasure_id } = scope.request;
  await manager.query('LOCK TABLE erased_links IN ACCESS EXCLUSIVE MODE');
  for (const table of [LINKS, COUNTERS]) {
    const own = isOfSubject(table, scope);
    if (!own) continue;
    await manager.query(
      `INSERT INTO erased_links (tracking_id, erasure_id)
       SELECT tracking_id, $${own.parameters.length + 1} FROM ${table.name} WHERE ${own.condition}
       ON CONFLICT DO NOTHING`,
      [...own.parameters, erasure_id],
    );
  }
  const rows: { id: string }[] = await manager.query(
    'SELECT tracking_id AS id FROM erased_links WHERE erasure_id = $1',
    [erasure_id],
  );
  return { ...scope, trackingIds: rows.map(({ id }) => id) };
}
