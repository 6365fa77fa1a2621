import type { ErasureRequested } from '#contracts';
import { digestSql } from './erasure-ledger.js';
import type { SqlRunner } from './outbox.js';

/**
 * A table that holds something of a candidate, and by what its rows are found. The three are SQL expressions of text,
 * mostly columns; a row is the subject's when any of them says so.
 */
export interface PersonalTable {
  /** With its schema. */
  name: string;
  user?: string;
  application?: string;
  link?: string;
  /** When a row came about: what an erasure does not reach back to stays. Absent: rows of a subject always go. */
  at?: string;
  /** Columns that an export leaves out, such as secrets. */
  hides?: readonly string[];
  /** Holds what is on its way to other tables: an export leaves it out. */
  isTransient?: true;
  /** In place of a plain DELETE; answers how many rows. */
  erase?(transaction: SqlRunner, scope: ErasureScope): Promise<number>;
}

/** The subject of an erasure in the service's own words. */
export interface ErasureScope {
  request: ErasureRequested;
  /** Users that the subject is, or that its application must belong to. */
  users: string[];
  applications: string[];
  trackingIds: string[];
}

/** Finds which ids in the tables the digests stand for. */
export async function findScope(
  transaction: SqlRunner,
  tables: readonly PersonalTable[],
  request: ErasureRequested,
): Promise<ErasureScope> {
  const { kind, key, digest, owner } = request.subject;
  const find = async (field: 'user' | 'application', wanted: string | undefined) => {
    const selects = tables.flatMap(({ name, [field]: column }) =>
      column ? [`SELECT ${column} AS id FROM ${name}`] : [],
    );
    if (wanted === undefined || selects.length === 0) return [];
    const rows = (await transaction.query(
      `SELECT id FROM (${selects.join(' UNION ')}) AS held WHERE ${digestSql('$1', field, 'id')} = $2`,
      [key, wanted],
    )) as { id: string }[];
    return rows.map(({ id }) => id);
  };
  return {
    request,
    users: await find('user', kind === 'user' ? digest : owner),
    applications: await find('application', kind === 'application' ? digest : undefined),
    trackingIds: [],
  };
}

/** SQL condition and its parameters: the row is the subject's. Undefined: no row of this table can be. */
export function isOfSubject(
  { user, application, link, at }: PersonalTable,
  { request: { subject, until }, users, applications, trackingIds }: ErasureScope,
): { condition: string; parameters: unknown[] } | undefined {
  const parameters: unknown[] = [];
  const put = (value: unknown) => `$${parameters.push(value)}`;
  const among = (column: string, values: readonly string[]) => `${column} = ANY (${put(values)}::text[])`;
  const named: string[] = [];
  if (subject.kind === 'user' && user) named.push(among(user, users));
  if (subject.kind === 'application' && application) {
    named.push(among(application, applications));
    if (subject.owner && user) named.push(among(user, users));
  }
  if (named.length > 0 && at) named.push(`${at} <= ${put(until)}::timestamptz`);
  const ways = named.length > 0 ? [`(${named.join(' AND ')})`] : [];
  if (link && trackingIds.length > 0) ways.push(among(link, trackingIds));
  return ways.length > 0 ? { condition: ways.join(' OR '), parameters } : undefined;
}

/** A user by name, for an export. */
export function scopeOfUser(userId: string): ErasureScope {
  const subject = { kind: 'user', key: '', digest: '' } as const;
  const request: ErasureRequested = {
    event_id: '',
    occurred_at: '',
    erasure_id: '',
    round: 0,
    stage: 'erase',
    until: 'infinity',
    subject,
  };
  return { request, users: [userId], applications: [], trackingIds: [] };
}

/** Erases the subject's rows of each table in the order of the list; answers how many, where there were any. */
export async function eraseRows(
  transaction: SqlRunner,
  tables: readonly PersonalTable[],
  scope: ErasureScope,
): Promise<Record<string, number>> {
  const erased: Record<string, number> = {};
  for (const table of tables) {
    const rows = table.erase
      ? await table.erase(transaction, scope)
      : await deleteRows(transaction, table, scope);
    if (rows > 0) erased[table.name.slice(table.name.indexOf('.') + 1)] = rows;
  }
  return erased;
}

async function deleteRows(
  transaction: SqlRunner,
  table: PersonalTable,
  scope: ErasureScope,
): Promise<number> {
  const found = isOfSubject(table, scope);
  if (!found) return 0;
  const [, rows] = (await transaction.query(
    `DELETE FROM ${table.name} WHERE ${found.condition}`,
    found.parameters,
  )) as [unknown, number];
  return rows;
}
