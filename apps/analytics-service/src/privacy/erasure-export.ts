import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { ERASURE_KINDS } from '#contracts';
import { type ErasureRow, requestStep } from './erasure-progress.js';

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What was erased up to now, to be kept beside backups: it names nobody, and only who has the deployment's key can ask it. */
export const erasureExport = z.object({
  /** SHA-256 of the deployment's key: digests of another one mean nothing here. */
  deployment: digest,
  exported_at: z.iso.datetime(),
  erasures: z.array(
    z.object({
      erasure_id: z.uuid(),
      kind: z.enum(ERASURE_KINDS),
      digest,
      owner: digest.nullable(),
      requested_at: z.iso.datetime(),
      /** How far it reaches. */
      until: z.iso.datetime(),
    }),
  ),
});
export type ErasureExport = z.output<typeof erasureExport>;

/** The list is of another deployment, whose digests say nothing of whom they stand for here. */
export class ForeignErasuresError extends Error {
  override readonly name = 'ForeignErasuresError';
}

const EXPORT = `
SELECT encode(sha256(convert_to(key, 'UTF8')), 'hex') AS deployment, now() AS exported_at, (
  SELECT coalesce(json_agg(json_build_object(
    'erasure_id', erasure_id, 'kind', kind, 'digest', digest, 'owner', owner,
    'requested_at', to_char(requested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'until', to_char(coalesce(until, now()) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
  ) ORDER BY requested_at), '[]') FROM erasures WHERE digest <> ''
) AS erasures
FROM erasure_key`;

/** Everything that was ever to be erased, also what is still under way. */
export async function exportErasures(dataSource: DataSource): Promise<ErasureExport> {
  const [{ exported_at, ...row }] = await dataSource.query(EXPORT);
  return erasureExport.parse({ ...row, exported_at: exported_at.toISOString() });
}

const KNOW = `
INSERT INTO erasures (erasure_id, kind, digest, owner, stage, round, until, requested_at)
SELECT erasure_id, kind, digest, owner, 'done', 1, until, requested_at
FROM jsonb_to_recordset($1) AS known (
  erasure_id uuid, kind text, digest text, owner text, until timestamptz, requested_at timestamptz
)
ON CONFLICT (erasure_id) DO UPDATE SET until = greatest(erasures.until, excluded.until)`;

/**
 * Has every erasure done again that this database knows, and those of an export that it does not: after a backup was
 * restored that is older. The running services do it; {@link countUnfinished} says how far they are. Answers how many.
 * @throws ForeignErasuresError
 */
export async function replayErasures(dataSource: DataSource, known?: ErasureExport): Promise<number> {
  return dataSource.transaction(async (manager) => {
    if (known) {
      const { deployment } = await exportErasures(dataSource);
      if (known.deployment !== deployment)
        throw new ForeignErasuresError('These erasures are of another deployment.');
      await manager.query(KNOW, [JSON.stringify(known.erasures)]);
    }
    const rows: ErasureRow[] = await manager.query(
      `SELECT erasure_id, kind, digest, owner, stage, round, until, key FROM erasures CROSS JOIN erasure_key
       WHERE digest <> '' ORDER BY requested_at FOR UPDATE OF erasures`,
    );
    for (const row of rows) await requestStep(manager, row, { stage: 'erase', round: row.round + 1 });
    return rows.length;
  });
}

export async function countUnfinished(dataSource: DataSource): Promise<number> {
  const [{ unfinished }] = await dataSource.query(
    `SELECT count(*)::int AS unfinished FROM erasures WHERE stage <> 'done'`,
  );
  return unfinished;
}
