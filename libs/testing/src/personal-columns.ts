import pg from 'pg';

/** Columns that say whose a row is, whatever else stands in it. */
const TELLS_WHOSE = '(^|_)(user|application|tracking|candidate|document|session)_ids?$|^ip_address$|_email$';

const TABLES = `
SELECT DISTINCT columns.table_schema || '.' || coalesce(parent.relname, columns.table_name) AS name
FROM information_schema.columns AS columns
LEFT JOIN pg_inherits
  ON inhrelid = (quote_ident(columns.table_schema) || '.' || quote_ident(columns.table_name))::regclass
LEFT JOIN pg_class AS parent ON parent.oid = inhparent
WHERE columns.table_schema = $1 AND column_name ~ $2 ORDER BY 1`;

/** The tables of a schema, partitions as what they belong to, that have a column of users, applications, links or visitors. */
export async function listPersonalTables(url: string, schema: string): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(TABLES, [schema, TELLS_WHOSE]);
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}
