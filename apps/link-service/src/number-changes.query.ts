import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { type LinkChanged, linkChanged } from '#contracts';
import type { OutboxRow } from '#events';
import type { LinkServiceConfig } from './config.js';
import type { LinkEntity } from './link.entity.js';
import { readLinkRows } from './link-rows.query.js';
import { erasedLinkState, type LinkState, parseLinkState, redirectUrlOf } from './link-state.js';
import { removedLinkRow } from './removed-link-row.js';

/** Outbox of notes that a link changed, written by a trigger. */
export const LINK_CHANGES_TABLE = 'links.link_changes';
/** Outbox of numbered events for the bus. */
export const OUTBOX_TABLE = 'links.outbox';

/** A row that no gateway may be told of; its link keeps the state it had. */
export interface UnusableRow {
  trackingId: string;
  reason: string;
}

/** What the trigger noted, for the newest note of each link. */
interface ChangeNote {
  tracking_id: string;
  removed?: Record<string, unknown>;
  erased?: true;
  request_id: string | null;
  changedAt: Date;
}

interface NextState {
  note: ChangeNote;
  state: LinkState;
}

/**
 * Turns notes of changed links into numbered states, and these into events of the outbox. Runs inside the one relay
 * transaction that also takes the notes away.
 *
 * Why numbers are given here and not where a link is written: a number drawn by the writer comes before its
 * commit, so a slow transaction could commit number 7 after readers have seen 8, and "everything after 8" would
 * miss it for ever. Here only what is committed is seen; one relay transaction runs at a time (an advisory lock,
 * which PostgreSQL releases after the commit is visible); so whoever sees a revision can also see every smaller
 * one, and `revision > R ORDER BY revision` misses nothing. A late commit is simply numbered later.
 *
 * Neither locks nor writes the rows that people edit, except to fill in a redirect_url that is NULL; and it does
 * not need the bus, so catching up by revision also works while the broker is down.
 */
export async function numberChanges(
  manager: EntityManager,
  { notes, config }: { notes: readonly OutboxRow[]; config: LinkServiceConfig },
): Promise<UnusableRow[]> {
  const newest = newestNotes(notes);
  // Read after the notes, so a row is at least as new as its note; a newer one has a note of its own to come.
  const ids = newest.map((note) => note.tracking_id);
  const rows = new Map((await readLinkRows(manager, ids)).map((row) => [row.trackingId, row]));

  const states: NextState[] = [];
  const switchedOff: ChangeNote[] = [];
  const unusable: UnusableRow[] = [];
  for (const note of newest) {
    if (note.erased) {
      states.push({ note, state: erasedLinkState(note.tracking_id) });
      continue;
    }
    const row = rows.get(note.tracking_id) ?? (note.removed && removedLinkRow(note.removed));
    // An insert whose row is gone again: the note of its removal comes with a later batch.
    if (!row) continue;
    try {
      states.push({ note, state: parseLinkState(row, config) });
    } catch (error) {
      unusable.push({
        trackingId: note.tracking_id,
        reason: error instanceof Error ? error.message : 'unusable',
      });
      if (!row.isActive) switchedOff.push(note);
    }
  }
  // What a row cannot say in full it can still say in one word: a switched-off or deleted link stops redirecting.
  states.push(...(await deactivatedStates(manager, switchedOff)));
  await storeStates(manager, states);
  await fillRedirectUrls(manager, { rows: [...rows.values()], config });
  return unusable;
}

function newestNotes(rows: readonly OutboxRow[]): ChangeNote[] {
  const notes = rows.map((row): ChangeNote => ({ ...JSON.parse(row.payload), changedAt: row.createdAt }));
  return [...new Map(notes.map((note) => [note.tracking_id, note])).values()];
}

async function deactivatedStates(manager: EntityManager, notes: readonly ChangeNote[]): Promise<NextState[]> {
  if (notes.length === 0) return [];
  const known: { state: LinkState }[] = await manager.query(
    'SELECT state FROM link_state WHERE tracking_id = ANY($1)',
    [notes.map((note) => note.tracking_id)],
  );
  return notes.flatMap((note) => {
    const state = known.find((row) => row.state.tracking_id === note.tracking_id)?.state;
    return state ? [{ note, state: { ...state, is_active: false } }] : [];
  });
}

async function storeStates(manager: EntityManager, states: readonly NextState[]): Promise<void> {
  if (states.length === 0) return;
  const numbered: { tracking_id: string; revision: string }[] = await manager.query(
    `INSERT INTO link_state (tracking_id, revision, state)
     SELECT n.tracking_id, nextval('link_revision'), n.state
     FROM unnest($1::text[], $2::jsonb[]) AS n (tracking_id, state)
     ON CONFLICT (tracking_id) DO UPDATE SET revision = excluded.revision, state = excluded.state
     RETURNING tracking_id, revision`,
    [states.map(({ state }) => state.tracking_id), states.map(({ state }) => JSON.stringify(state))],
  );
  const revisions = new Map(numbered.map((row) => [row.tracking_id, Number(row.revision)]));
  const events = states
    .map((next) => toEvent(next, revisions.get(next.state.tracking_id) ?? 0))
    .sort((a, b) => a.revision - b.revision);
  await manager.query(
    `INSERT INTO ${OUTBOX_TABLE} (routing_key, payload, created_at)
     SELECT $1, e.payload, e.changed_at
     FROM unnest($2::json[], $3::timestamptz[]) WITH ORDINALITY AS e (payload, changed_at, position)
     ORDER BY e.position`,
    [linkChanged.routingKey, events.map((event) => JSON.stringify(event)), events.map((e) => e.occurred_at)],
  );
}

function toEvent({ note, state }: NextState, revision: number): LinkChanged {
  return {
    event_id: randomUUID(),
    occurred_at: note.changedAt.toISOString(),
    ...(note.request_id ? { request_id: note.request_id } : {}),
    revision,
    ...state,
  };
}

/** For rows inserted by hand. A row that somebody holds locked is left for its next change. */
async function fillRedirectUrls(
  manager: EntityManager,
  { rows, config }: { rows: readonly LinkEntity[]; config: LinkServiceConfig },
): Promise<void> {
  const bare = rows.filter((row) => row.redirectUrl === null).map((row) => row.trackingId);
  if (bare.length === 0) return;
  await manager.query(
    `UPDATE link_tracking SET redirect_url = $2 || tracking_id WHERE redirect_url IS NULL AND tracking_id IN
       (SELECT tracking_id FROM link_tracking WHERE tracking_id = ANY($1) FOR UPDATE SKIP LOCKED)`,
    [bare, redirectUrlOf('', config)],
  );
}
