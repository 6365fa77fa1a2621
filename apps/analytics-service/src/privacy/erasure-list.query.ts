import type { DataSource } from 'typeorm';

export interface ErasurePart {
  status: 'pending' | 'done' | 'failed';
  /** How many of what, over all rounds. */
  erased: Record<string, number>;
  answered_at: string | null;
  problem: string | null;
}

export interface Erasure {
  erasure_id: string;
  /** user, application, address or session. Which one is not kept. */
  kind: string;
  status: 'pending' | 'done' | 'failed';
  round: number;
  requested_at: string;
  finished_at: string | null;
  services: Record<string, ErasurePart>;
}

export interface ErasureFilter {
  erasureId?: string | undefined;
  /** Digest of the user whose erasures to list. */
  owner?: string | undefined;
  limit: number;
}

/** `done` of a service stands for the whole erasure only with the erasure itself. */
const LIST = `
SELECT erasure_id, kind, CASE WHEN bool_or(outcome = 'failed') THEN 'failed' WHEN erasures.stage = 'done' THEN 'done'
    ELSE 'pending' END AS status, erasures.round, requested_at, finished_at,
  jsonb_object_agg(service, jsonb_build_object(
    'status', CASE WHEN outcome = 'done' AND erasures.stage <> 'done' THEN 'pending' ELSE outcome END,
    'erased', erased, 'answered_at', answered_at, 'problem', problem
  )) AS services
FROM erasures JOIN erasure_parts USING (erasure_id)
WHERE ($1::uuid IS NULL OR erasure_id = $1)
  AND ($2::text IS NULL OR owner = $2 OR kind = 'user' AND digest = $2)
GROUP BY erasure_id ORDER BY requested_at DESC, erasure_id LIMIT $3`;

export function listErasures(
  dataSource: DataSource,
  { erasureId, owner, limit }: ErasureFilter,
): Promise<Erasure[]> {
  return dataSource.query(LIST, [erasureId ?? null, owner ?? null, limit]);
}
