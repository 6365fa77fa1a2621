import type { ClientBase } from 'pg';
import type { DataSource } from 'typeorm';
import { RetryLaterError } from './event-bus.js';

/** Larger tables are left to the operator: rewriting one keeps everybody else out of it for as long as it takes. */
const MAX_REWRITTEN_BYTES = 256 * 1024 * 1024;
const LOCK_TIMEOUT_MS = 5_000;

/** SQLSTATEs insufficient_privilege and lock_not_available. */
const NOT_PERMITTED = '42501';
const LOCKED = '55P03';

/** The tables that can be rewritten, partitions in place of the tables they belong to. */
const RELATIONS = `
SELECT relation::text AS name, pg_total_relation_size(relation) > $2 AS "isTooLarge"
FROM unnest($1::text[]) AS named (name)
LEFT JOIN LATERAL (SELECT relid FROM pg_partition_tree(named.name::regclass) WHERE isleaf) AS leaf ON true
CROSS JOIN LATERAL (SELECT coalesce(leaf.relid, named.name::regclass)) AS found (relation)
ORDER BY 1`;

export interface ScrubbedTables {
  /** As a role that owns the tables, or may maintain them. */
  dataSource: DataSource;
  /** With their schemas. */
  tables: readonly string[];
}

/**
 * Overwrites what deleted rows left behind: a DELETE, and a plain VACUUM too, leave their bytes in the files. Tables
 * are rewritten with their indexes, the planner's samples of them are taken anew, and the write-ahead log is moved on,
 * as far as the role may. Answers the statements that are left for the operator.
 *
 * Rejects with {@link RetryLaterError} while somebody holds a table, or still sees rows that were deleted.
 */
export async function scrubTables({ dataSource, tables }: ScrubbedTables): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  const client: ClientBase = await runner.connect();
  const notices: { severity?: string | undefined; detail?: string | undefined }[] = [];
  const listen = (notice: (typeof notices)[number]) => notices.push(notice);
  client.on('notice', listen);
  const left: string[] = [];
  /** A statement that the role may not run is left to the operator. */
  const run = async (statement: string) => {
    notices.length = 0;
    try {
      await client.query(statement);
    } catch (cause) {
      const { code } = cause as { code?: string };
      if (code === LOCKED) throw new RetryLaterError(`scrub: ${statement} waits for a lock`, { cause });
      if (code !== NOT_PERMITTED) throw cause;
      left.push(statement);
    }
    if (notices.some(({ severity }) => severity === 'WARNING')) left.push(statement);
    if (notices.some(({ detail = '' }) => /^[1-9]\d* dead row versions cannot be removed/.test(detail)))
      throw new RetryLaterError(`scrub: ${statement} found rows that somebody still sees`);
  };
  try {
    await client.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    const { rows } = await client.query<{ name: string; isTooLarge: boolean }>(RELATIONS, [
      [...new Set(tables)],
      MAX_REWRITTEN_BYTES,
    ]);
    for (const { name, isTooLarge } of rows) {
      if (!isTooLarge) await run(`VACUUM (FULL, VERBOSE) ${name}`);
      else left.push(`VACUUM FULL ${name}`);
      await run(`VACUUM (ANALYZE) ${name}`);
    }
    for (const statement of ['VACUUM FULL pg_catalog.pg_statistic', 'SELECT pg_switch_wal()', 'CHECKPOINT'])
      await run(statement);
  } finally {
    client.off('notice', listen);
    await client.query('RESET lock_timeout').catch(() => undefined);
    await runner.release();
  }
  return left;
}
