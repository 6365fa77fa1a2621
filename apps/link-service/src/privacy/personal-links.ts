import type { EntityManager } from 'typeorm';
import { MAX_ERASED_LINKS } from '#contracts';
import { type ErasureScope, isOfSubject, type PersonalTable, type SqlRunner } from '#events';
import { erasedLinkState } from '../link-state.js';

export const ERASURE_LEDGER = 'links.erasure_ledger';

/** Every table of this service that holds something of a candidate. A test compares it with the schema. */
export const PERSONAL_TABLES: readonly PersonalTable[] = [
  {
    name: 'links.link_tracking',
    user: 'user_id',
    application: 'application_id',
    link: 'tracking_id',
    at: 'created_at',
    erase: deleteLinks,
  },
  {
    name: 'links.link_state',
    user: "state->>'user_id'",
    application: "state->>'application_id'",
    link: 'tracking_id',
    at: "(state->>'created_at')::timestamptz",
    isTransient: true,
    erase: eraseStates,
  },
  // After the rows of link_tracking, whose trigger notes their removal with all that they held.
  {
    name: 'links.link_changes',
    user: "payload->'removed'->>'user_id'",
    application: "payload->'removed'->>'application_id'",
    link: "payload->>'tracking_id'",
    at: 'created_at',
    isTransient: true,
    erase: replaceNotes,
  },
  {
    name: 'links.outbox',
    user: "payload->>'user_id'",
    application: "payload->>'application_id'",
    link: "payload->>'tracking_id'",
    at: 'created_at',
    isTransient: true,
  },
  { name: 'links.followed_profiles', user: 'user_id', at: 'changed_at' },
];

/** Finds the subject's links, removed ones too; not more than one answer can name, the rest is for the next round. */
export async function findLinks(manager: EntityManager, scope: ErasureScope): Promise<ErasureScope> {
  const found = new Set<string>();
  for (const table of PERSONAL_TABLES) {
    const own = table.link && isOfSubject(table, scope);
    if (!own) continue;
    const rows: { id: string }[] = await manager.query(
      `SELECT ${table.link} AS id FROM ${table.name} WHERE ${own.condition} LIMIT ${MAX_ERASED_LINKS}`,
      own.parameters,
    );
    for (const { id } of rows) found.add(id);
  }
  const trackingIds = [...found].sort().slice(0, MAX_ERASED_LINKS);
  return { ...scope, trackingIds };
}

/** Only those that the answer names. */
async function deleteLinks(transaction: SqlRunner, { trackingIds }: ErasureScope): Promise<number> {
  const [, rows] = (await transaction.query('DELETE FROM link_tracking WHERE tracking_id = ANY ($1)', [
    trackingIds,
  ])) as [unknown, number];
  return rows;
}

/** The states stay as what gateways learn it from: nothing but that the link is gone. */
async function eraseStates(transaction: SqlRunner, { trackingIds }: ErasureScope): Promise<number> {
  const [, rows] = (await transaction.query(
    `UPDATE link_state SET state = jsonb_set($2::jsonb, '{tracking_id}', to_jsonb(tracking_id))
     WHERE tracking_id = ANY ($1) AND state->'erased' IS NULL`,
    [trackingIds, JSON.stringify(erasedLinkState(''))],
  )) as [unknown, number];
  return rows;
}

/** Notes each link as erased in place of all that was noted before, so that every gateway is told. */
async function replaceNotes(transaction: SqlRunner, { trackingIds }: ErasureScope): Promise<number> {
  await transaction.query("DELETE FROM link_changes WHERE payload->>'tracking_id' = ANY ($1)", [trackingIds]);
  await transaction.query(
    `INSERT INTO link_changes (routing_key, payload)
     SELECT 'link.changed', json_build_object('tracking_id', id, 'erased', true) FROM unnest($1::text[]) AS id`,
    [trackingIds],
  );
  return 0;
}
