import { createHmac } from 'node:crypto';
import pg from 'pg';

export interface ProvisionOptions<Schema extends string> {
  /** A role that may create roles and schemas; its password seeds those of the roles made here. */
  adminUrl: string;
  /** Each becomes a schema owned by a login role `footfall_<schema>`. */
  schemas: readonly Schema[];
}

/**
 * Gives every service a role and a schema of its own in one database, and the database a search path over all of
 * them, so that SQL written by hand needs no schema names. Safe to repeat. Resolves to each schema's own address.
 */
export async function provisionDatabase<Schema extends string>({
  adminUrl,
  schemas,
}: ProvisionOptions<Schema>): Promise<Record<Schema, string>> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const urls: [Schema, string][] = [];
    for (const schema of schemas) urls.push([schema, await provisionSchema(client, adminUrl, schema)]);
    const database = client.escapeIdentifier(new URL(adminUrl).pathname.slice(1));
    await client.query(`ALTER DATABASE ${database} SET search_path = ${schemas.join(', ')}, public`);
    return Object.fromEntries(urls) as Record<Schema, string>;
  } finally {
    await client.end();
  }
}

/**
 * What an erasure needs to leave no bytes behind, as far as the server is new enough and the administrator may: without
 * them it tells the operator what to do.
 */
const SCRUBBING = [
  'GRANT pg_checkpoint',
  'GRANT EXECUTE ON FUNCTION pg_switch_wal()',
  'GRANT MAINTAIN ON pg_catalog.pg_statistic',
];

async function provisionSchema(client: pg.Client, adminUrl: string, schema: string): Promise<string> {
  const url = new URL(adminUrl);
  url.username = `footfall_${schema}`;
  url.password = createHmac('sha256', decodeURIComponent(url.password)).update(url.username).digest('hex');
  const role = client.escapeIdentifier(url.username);
  const existing = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [url.username]);
  const verb = existing.rowCount ? 'ALTER' : 'CREATE';
  await client.query(`${verb} ROLE ${role} LOGIN PASSWORD ${client.escapeLiteral(url.password)}`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(schema)} AUTHORIZATION ${role}`);
  for (const scrubbing of SCRUBBING) {
    await client.query(`${scrubbing} TO ${role}`).catch(() => undefined);
  }
  return url.href;
}
