import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { type ErasureCompleted, type ErasureSubject, erasureRequested } from '#contracts';
import { appendToOutbox } from '#events';
import { PRIVACY_OUTBOX } from './personal-clicks.js';

/** Everybody who takes part. Gateways follow from link-service: see docs/privacy.md. */
export const ERASING_SERVICES = ['links', 'documents', 'analytics'] as const;

/** The first round may run before events that were on their way; the second one finds what they brought. */
const LEAST_ROUNDS = 2;

export type ErasureStage = 'erase' | 'scrub' | 'done';

export interface ErasureRow extends Omit<ErasureSubject, 'owner'> {
  erasure_id: string;
  owner: string | null;
  stage: ErasureStage;
  round: number;
  until: Date | null;
}

const LOCK = `
SELECT erasure_id, kind, digest, owner, stage, round, until, key FROM erasures CROSS JOIN erasure_key
WHERE erasure_id = $1 FOR UPDATE OF erasures`;

/** The erasure as it stands; nobody else moves it until the transaction ends. */
export async function lockErasure(
  manager: EntityManager,
  erasureId: string,
): Promise<ErasureRow | undefined> {
  const [row] = await manager.query(LOCK, [erasureId]);
  return row;
}

/** Asks every service for the next step, in the transaction that notes that it was asked. */
export async function requestStep(
  manager: EntityManager,
  { erasure_id, kind, key, digest, owner, until }: ErasureRow,
  { stage, round }: { stage: 'erase' | 'scrub'; round: number },
): Promise<void> {
  await manager.query(
    'UPDATE erasures SET stage = $2, round = $3, finished_at = NULL WHERE erasure_id = $1',
    [erasure_id, stage, round],
  );
  await manager.query(
    `INSERT INTO erasure_parts (erasure_id, service, stage, round, outcome)
     SELECT $1, service, $2, $3, 'pending' FROM unnest($4::text[]) AS service
     ON CONFLICT (erasure_id, service) DO UPDATE SET stage = excluded.stage, round = excluded.round,
       outcome = 'pending', found = 0, problem = NULL`,
    [erasure_id, stage, round, ERASING_SERVICES],
  );
  const now = new Date().toISOString();
  await appendToOutbox(manager, {
    table: PRIVACY_OUTBOX,
    definition: erasureRequested,
    event: {
      event_id: randomUUID(),
      occurred_at: now,
      erasure_id,
      round,
      stage,
      until: until?.toISOString() ?? now,
      subject: { kind, key, digest, owner: owner ?? undefined },
    },
  });
}

/** Adds a service's answer up. False for one that was heard before, or that speaks of another step. */
const ADD_ANSWER = `
UPDATE erasure_parts SET outcome = $5, problem = $7, answered_at = $8,
  found = CASE WHEN $5 = 'done' THEN (SELECT coalesce(sum(value::int), 0) FROM jsonb_each_text($6)) ELSE found END,
  erased = CASE WHEN $5 = 'done' THEN (
    SELECT coalesce(jsonb_object_agg(name, rows), '{}') FROM (
      SELECT name, sum(rows::int) AS rows
      FROM (SELECT * FROM jsonb_each_text(erased) UNION ALL SELECT * FROM jsonb_each_text($6)) AS counts (name, rows)
      GROUP BY name
    ) AS summed
  ) ELSE erased END
WHERE erasure_id = $1 AND service = $2 AND stage = $3 AND round = $4 AND outcome <> 'done'`;

async function addAnswer(manager: EntityManager, answer: ErasureCompleted): Promise<boolean> {
  const [, changed] = await manager.query(ADD_ANSWER, [
    answer.erasure_id,
    answer.service,
    answer.stage,
    answer.round,
    answer.outcome,
    JSON.stringify(answer.erased),
    answer.problem ?? null,
    answer.occurred_at,
  ]);
  return changed > 0;
}

/**
 * Takes one service's answer in and, when it was the last one of a step, asks for the next: another round while the last
 * one found anything, then the scrubbing, then it is done.
 */
export async function progress(manager: EntityManager, answer: ErasureCompleted): Promise<void> {
  const erasure = await lockErasure(manager, answer.erasure_id);
  if (!erasure) return;
  const ids = answer.tracking_ids ?? [];
  if (ids.length > 0) {
    await manager.query('LOCK TABLE erased_links IN ACCESS EXCLUSIVE MODE');
    await manager.query(
      `INSERT INTO erased_links (tracking_id, erasure_id) SELECT id, $2 FROM unnest($1::text[]) AS id
       ON CONFLICT DO NOTHING`,
      [ids, answer.erasure_id],
    );
  }
  if (!(await addAnswer(manager, answer)) || erasure.stage === 'done') return;
  const [{ waiting, found }] = await manager.query(
    `SELECT count(*) FILTER (WHERE outcome <> 'done')::int AS waiting, sum(found)::int AS found
     FROM erasure_parts WHERE erasure_id = $1`,
    [answer.erasure_id],
  );
  if (waiting > 0) return;
  const { round } = erasure;
  if (erasure.stage === 'scrub') return finish(manager, answer.erasure_id);
  const stage = found > 0 || round < LEAST_ROUNDS ? 'erase' : 'scrub';
  await requestStep(manager, erasure, { stage, round: round + 1 });
}

/** From now on it reaches as far as its ledger says. */
async function finish(manager: EntityManager, erasureId: string): Promise<void> {
  await manager.query(
    `UPDATE erasures SET stage = 'done', finished_at = now(), until = coalesce(until, (
       SELECT erased_before FROM erasure_ledger WHERE erasure_id = $1
     )) WHERE erasure_id = $1`,
    [erasureId],
  );
}
