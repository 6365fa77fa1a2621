import type { DataSource, EntityManager } from 'typeorm';
import type { LinkServiceConfig } from './config.js';
import type { LinkEntity } from './link.entity.js';
import { readLinkRows } from './link-rows.query.js';
import { type LinkState, parseLinkState, redirectUrlOf } from './link-state.js';

/** Most notes of changes numbered in one transaction. */
const BATCH_SIZE = 1000;

export interface NumberedChanges {
  /** Notes taken from the outbox; equal to the batch size when there may be more. */
  notes: number;
  /** Rows that no gateway may be told of; their links keep the state they had. */
  unusable: { trackingId: string; reason: string }[];
  more: boolean;
}

interface ChangeNote {
  id: string;
  trackingId: string;
  removed: Record<string, unknown> | null;
  requestId: string | null;
  changedAt: Date;
}

interface NextState {
  note: ChangeNote;
  state: LinkState;
}

/**
 * Turns the outbox's notes of changed links into numbered states, in one transaction.
 *
 * Why numbers are given here and not where a link is written: a number drawn by the writer comes before its
 * commit, so a slow transaction could commit number 7 after readers have seen 8, and "everything after 8" would
 * miss it for ever. Here only what is committed is seen; one numbering transaction runs at a time (an advisory
 * lock, which PostgreSQL releases after the commit is visible); so whoever sees a revision can also see every
 * smaller one, and `revision > R ORDER BY revision` misses nothing. A late commit is simply numbered later.
 *
 * Neither locks nor writes the rows that people edit, except to fill in a redirect_url that is NULL; and it does
 * not need the bus, so catching up by revision also works while the broker is down.
 */
export function numberChanges(dataSource: DataSource, config: LinkServiceConfig): Promise<NumberedChanges> {
  return dataSource.transaction(async (manager) => {
    const [lock] = await manager.query(
      `SELECT pg_try_advisory_xact_lock(hashtext('footfall-link-numbers')) AS mine`,
    );
    if (!lock.mine) return { notes: 0, unusable: [], more: false };
    const notes = await readNotes(manager);
    if (notes.length === 0) return { notes: 0, unusable: [], more: false };

    const newest = [...new Map(notes.map((note) => [note.trackingId, note])).values()];
    // Read after the notes, so a row is at least as new as its note; a newer one has a note of its own to come.
    const ids = newest.map((note) => note.trackingId);
    const rows = new Map((await readLinkRows(manager, ids)).map((row) => [row.trackingId, row]));
    const { states, unusable, unusableInactive } = nextStates({ notes: newest, rows, config });
    await storeStates(manager, states);
    await deactivateStates(manager, unusableInactive);
    await fillRedirectUrls(manager, [...rows.values()], config);
    await manager.query('DELETE FROM link_outbox WHERE id = ANY($1::bigint[])', [notes.map(({ id }) => id)]);
    return { notes: notes.length, unusable, more: notes.length === BATCH_SIZE };
  });
}

function readNotes(manager: EntityManager): Promise<ChangeNote[]> {
  return manager.query(
    `SELECT id, tracking_id AS "trackingId", removed, request_id AS "requestId", changed_at AS "changedAt"
     FROM link_outbox ORDER BY id LIMIT ${BATCH_SIZE}`,
  );
}

function nextStates({
  notes,
  rows,
  config,
}: {
  notes: ChangeNote[];
  rows: ReadonlyMap<string, LinkEntity>;
  config: LinkServiceConfig;
}) {
  const states: NextState[] = [];
  const unusable: NumberedChanges['unusable'] = [];
  const unusableInactive: ChangeNote[] = [];
  for (const note of notes) {
    const row = rows.get(note.trackingId) ?? removedRow(note);
    // An insert whose row is gone again: the note of its removal comes with a later batch.
    if (!row) continue;
    try {
      states.push({ note, state: parseLinkState(row, config) });
    } catch (error) {
      unusable.push({
        trackingId: note.trackingId,
        reason: error instanceof Error ? error.message : 'unusable',
      });
      if (!row.isActive) unusableInactive.push(note);
    }
  }
  return { states, unusable, unusableInactive };
}

/** A deleted link goes on as an inactive one, so that gateways stop redirecting to it. */
function removedRow({ removed }: ChangeNote): LinkEntity | undefined {
  if (!removed) return undefined;
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  return {
    trackingId: String(removed.tracking_id),
    userId: String(removed.user_id),
    jobId: text(removed.job_id),
    applicationId: text(removed.application_id),
    linkFunction: String(removed.link_function),
    linkType: String(removed.link_type),
    originalUrl: String(removed.original_url),
    redirectUrl: text(removed.redirect_url),
    createdAt: new Date(String(removed.created_at)),
    createdBy: String(removed.created_by),
    isActive: false,
    description: text(removed.description),
    deactivatedAt: null,
  };
}

async function storeStates(manager: EntityManager, states: readonly NextState[]): Promise<void> {
  if (states.length === 0) return;
  await manager.query(
    `INSERT INTO link_state (tracking_id, revision, request_id, changed_at, state)
     SELECT n.tracking_id, nextval('link_revision'), n.request_id, n.changed_at, n.state
     FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::jsonb[]) AS n (tracking_id, request_id, changed_at, state)
     ON CONFLICT (tracking_id) DO UPDATE SET revision = excluded.revision, event_id = excluded.event_id,
       request_id = excluded.request_id, changed_at = excluded.changed_at, state = excluded.state`,
    [
      states.map(({ state }) => state.tracking_id),
      states.map(({ note }) => note.requestId),
      states.map(({ note }) => note.changedAt),
      states.map(({ state }) => JSON.stringify(state)),
    ],
  );
}

/** What a row cannot say in full it can still say in one word: a switched-off or deleted link stops redirecting. */
async function deactivateStates(manager: EntityManager, notes: readonly ChangeNote[]): Promise<void> {
  if (notes.length === 0) return;
  await manager.query(
    `UPDATE link_state s SET revision = nextval('link_revision'), event_id = gen_random_uuid(),
       request_id = n.request_id, changed_at = n.changed_at, state = jsonb_set(s.state, '{is_active}', 'false')
     FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS n (tracking_id, request_id, changed_at)
     WHERE s.tracking_id = n.tracking_id`,
    [
      notes.map((note) => note.trackingId),
      notes.map((note) => note.requestId),
      notes.map((note) => note.changedAt),
    ],
  );
}

/** For rows inserted by hand. A row that somebody holds locked is left for its next change. */
async function fillRedirectUrls(
  manager: EntityManager,
  rows: readonly LinkEntity[],
  config: LinkServiceConfig,
): Promise<void> {
  const bare = rows.filter((row) => row.redirectUrl === null).map((row) => row.trackingId);
  if (bare.length === 0) return;
  await manager.query(
    `UPDATE link_tracking SET redirect_url = $2 || tracking_id WHERE redirect_url IS NULL AND tracking_id IN
       (SELECT tracking_id FROM link_tracking WHERE tracking_id = ANY($1) FOR UPDATE SKIP LOCKED)`,
    [bare, redirectUrlOf('', config)],
  );
}
