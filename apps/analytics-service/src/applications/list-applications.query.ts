import type { DataSource } from 'typeorm';
import { APPLICATION_COLUMNS, type Application } from './application.js';
import type { ListApplications } from './application.schemas.js';
import { type Condition, listFilterConditions, toWhere } from './application-filter.js';
import { type Position, sortKey } from './application-sorts.js';

export interface ApplicationPage {
  applications: Application[];
  /** All that fit, over every page. */
  total: number;
  /** Where the next page goes on; absent on the last. */
  next?: Position | undefined;
}

/**
 * A page of applications, from their own table alone: its cost does not grow with clicks. Pages go on after a row, not
 * at a number, so that what comes or changes meanwhile shifts nothing.
 */
export async function listApplications(
  dataSource: DataSource,
  query: ListApplications,
): Promise<ApplicationPage> {
  const { sql: key, type } = sortKey(query);
  const where = toWhere(listConditions(query));
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

function listConditions(query: ListApplications): Condition[] {
  const words = query.q?.toLowerCase().split(/\s+/).filter(Boolean) ?? [];
  return [
    ...listFilterConditions(query),
    ['outcome = ?', query.outcome],
    ['(opened_at IS NOT NULL) = ?', query.opened],
    ['(booked_at IS NOT NULL) = ?', query.booked],
    ...words.map((word): Condition => ['search_text LIKE ?', `%${escapeLike(word)}%`]),
  ];
}

function escapeLike(text: string): string {
  return text.replaceAll('\0', '').replace(/[\\%_]/g, '\\$&');
}
