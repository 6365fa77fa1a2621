import type { DataSource } from 'typeorm';
import type { CandidateRecord } from '#contracts';
import { type ErasureScope, isOfSubject, type PersonalTable } from './personal-tables.js';

const PAGE_ROWS = 500;

/** Everything that the tables hold of the subject, read in pages of one moment; a section is a table's name. */
export async function* exportRows(
  dataSource: DataSource,
  tables: readonly PersonalTable[],
  scope: ErasureScope,
): AsyncGenerator<CandidateRecord, void, undefined> {
  const runner = dataSource.createQueryRunner();
  await runner.connect();
  try {
    await runner.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const table of tables) {
      const own = table.isTransient ? undefined : isOfSubject(table, scope);
      if (!own) continue;
      const section = table.name.slice(table.name.indexOf('.') + 1);
      await runner.query(
        `DECLARE held NO SCROLL CURSOR FOR SELECT (to_jsonb(held) - $${own.parameters.length + 1}::text[])::text AS record FROM ${table.name} AS held
         WHERE ${own.condition}`,
        [...own.parameters, table.hides ?? []],
      );
      for (;;) {
        const rows: { record: string }[] = await runner.query(`FETCH ${PAGE_ROWS} FROM held`);
        if (rows.length === 0) break;
        for (const { record } of rows) yield { section, record };
      }
      await runner.query('CLOSE held');
    }
  } finally {
    await runner.query('ROLLBACK').catch(() => undefined);
    await runner.release();
  }
}
