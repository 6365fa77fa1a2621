import type { DataSource } from 'typeorm';
import { APPLICATION_COLUMNS, type Application } from './application.js';
import type { ListApplications } from './application.schemas.js';
import { type Position, sortKey } from './application-sorts.js';

export interface ApplicationPage {
  applications: Application[];
  /** All that fit, over every page. */
  total: number;
  /** Where the next page goes on; absent on the last. */
  next?: Position | undefined;
}

type Condition = readonly [sql: string, value: unknown];

/**
 * A page of applications, from their own table alone: its cost does not grow with clicks. Pages go on after a row, not
 * at a number, so that what comes or changes meanwhile shifts nothing.
 *
 * @param ownerId undefined: of every user
 */
export async function listApplications(
  dataSource: DataSource,
  ownerId: string | undefined,
  query: ListApplications,
): Promise<ApplicationPage> {
  const { sql: key, type } = sortKey(query);
  const where = toWhere(listConditions(ownerId, query));
  const compare = query.order === 'asc' ? '>' : '<';
  const values = [...where.values];
  const position = query.after && [query.after.key, query.after.userId, query.after.applicationId];
  const place = (n: number) => `$${where.values.length + n}`;
  const after = position
    ? ` AND (${key}, user_id, application_id) ${compare} (${place(1)}::${type}, ${place(2)}, ${place(3)})`
    : '';
  const [rows, [{ total }]] = await Promise.all([
    dataSource.query(
      `SELECT ${APPLICATION_COLUMNS}, (${key})::text AS key FROM applications WHERE ${where.sql}${after}
       ORDER BY ${[key, 'user_id', 'application_id'].map((column) => `${column} ${query.order}`).join(', ')}
       LIMIT ${query.limit + 1}`,
      [...values, ...(position ?? [])],
    ) as Promise<(Application & { key: string })[]>,
    dataSource.query(`SELECT count(*)::float8 AS total FROM applications WHERE ${where.sql}`, values),
  ]);
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return {
    applications: page.map(({ key: _key, ...application }) => application),
    total,
    next: last && { key: last.key, userId: last.user_id, applicationId: last.application_id },
  };
}

function listConditions(ownerId: string | undefined, query: ListApplications): Condition[] {
  const words = query.q?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  const given: [string, unknown][] = [
    ['user_id = ?', ownerId],
    ['user_id = ?', query.user_id],
    ['job_id = ?', query.job_id],
    ['lower(job_board) = lower(?)', query.job_board],
    ['outcome = ?', query.outcome],
    ['(opened_at IS NOT NULL) = ?', query.opened],
    ['(booked_at IS NOT NULL) = ?', query.booked],
    ['sent_at >= ?', query.from],
    ['sent_at < ?', query.to],
    ...words.map((word): [string, unknown] => ['search_text LIKE ?', `%${escapeLike(word)}%`]),
  ];
  return given.filter(([, value]) => value !== undefined);
}

function toWhere(conditions: readonly Condition[]): { sql: string; values: unknown[] } {
  return {
    sql: ['true', ...conditions.map(([sql], i) => sql.replace('?', `$${i + 1}`))].join(' AND '),
    values: conditions.map(([, value]) => value),
  };
}

function escapeLike(text: string): string {
  return text.replaceAll('\0', '').replace(/[\\%_]/g, '\\$&');
}
