import type { DataSource } from 'typeorm';

/** Larger tables are left to the operator: rewriting one keeps everybody else out of it for as long as it takes. */
const MAX_REWRITTEN_BYTES = 256 * 1024 * 1024;
const LOCK_TIMEOUT_MS = 5_000;

/** SQLSTATE insufficient_privilege. */
const NOT_PERMITTED = '42501';

/** The tables that can be rewritten, partitions in place of the tables they belong to. */
const RELATIONS = `
SELECT leaf.relid::regclass::text AS name, pg_total_relation_size(leaf.relid) > $2 AS "isTooLarge"
FROM unnest($1::text[]) AS named (name) CROSS JOIN LATERAL pg_partition_tree(named.name::regclass) AS leaf
WHERE leaf.isleaf UNION
SELECT named.name, pg_total_relation_size(named.name::regclass) > $2 FROM unnest($1::text[]) AS named (name)
WHERE (SELECT relkind FROM pg_class WHERE oid = named.name::regclass) = 'r' ORDER BY 1`;

/**
 * Overwrites what deleted rows left behind: a DELETE, and a plain VACUUM too, leave their bytes in the files. Tables
 * are rewritten with their indexes, the planner's samples of them are taken anew, and the write-ahead log is moved on,
 * as far as the role may. Answers what is left for the operator, undefined when nothing is.
 */
export async function scrubTables(
  dataSource: DataSource,
  tables: readonly string[],
): Promise<string | undefined> {
  const left: string[] = [];
  const runner = dataSource.createQueryRunner();
  try {
    await runner.connect();
    await runner.query(`SET lock_timeout = ${LOCK_TIMEOUT_MS}`);
    const relations: { name: string; isTooLarge: boolean }[] = await runner.query(RELATIONS, [
      [...new Set(tables)],
      MAX_REWRITTEN_BYTES,
    ]);
    for (const { name, isTooLarge } of relations) {
      await runner.query(`VACUUM (${isTooLarge ? '' : 'FULL, '}ANALYZE) ${name}`);
      if (isTooLarge) left.push(`VACUUM FULL ${name}`);
    }
    const permitted = async (statement: string) => {
      try {
        await runner.query(statement);
      } catch (error) {
        if ((error as { code?: string }).code !== NOT_PERMITTED) throw error;
        left.push(statement);
      }
    };
    await permitted('VACUUM FULL pg_catalog.pg_statistic');
    await permitted('SELECT pg_switch_wal()');
    await permitted('CHECKPOINT');
  } finally {
    await runner.query('RESET lock_timeout').catch(() => undefined);
    await runner.release();
  }
  return left.length > 0 ? `left to the operator: ${left.join('; ')}`.slice(0, 500) : undefined;
}
