import type { DataSource } from 'typeorm';
import { writeRecord } from '#platform';
import { APPLICATION_COLUMNS, type Application } from './application.js';
import type { ListApplications } from './application.schemas.js';
import { type Condition, listFilterConditions, toWhere } from './application-filter.js';
import { type Position, sortKey } from './application-sorts.js';

const EXPORT_COLUMNS = [
  'application_id',
  'user_id',
  'job_id',
  'company',
  'title',
  'job_board',
  'sent_at',
  'sent_at_source',
  'outcome',
  'had_interview',
  'had_offer',
  'opened_at',
  'booked_at',
  'human_clicks',
  'people',
  'score',
] as const satisfies readonly (keyof Application)[];

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
  const { sql, values } = toWhere(listConditions(query));
  const [page, [{ total }]] = await Promise.all([
    readPage(dataSource, query),
    dataSource.query(`SELECT count(*)::float8 AS total FROM applications WHERE ${sql}`, values),
  ]);
  return { ...page, total };
}

/** Rows of an export read at once. */
const EXPORT_ROWS = 500;
/** The first few come soon. */
const FIRST_ROWS = 50;

/** All that fit, in their order, as CSV chunk by chunk: however many there are, no more than a page is held. */
export async function* exportApplications(
  dataSource: DataSource,
  query: ListApplications,
): AsyncGenerator<string> {
  yield writeRecord(EXPORT_COLUMNS);
  for (let { after } = query, limit = FIRST_ROWS; ; limit = EXPORT_ROWS) {
    const { applications, next } = await readPage(dataSource, { ...query, after, limit });
    yield applications.map((row) => writeRecord(EXPORT_COLUMNS.map((column) => row[column]))).join('');
    if (!next) return;
    after = next;
  }
}

/** The page is found first: what it shows of a row costs more than finding it, and would be made of every row to be ordered. */
async function readPage(
  dataSource: DataSource,
  query: ListApplications,
): Promise<Omit<ApplicationPage, 'total'>> {
  const { sql: key, type } = sortKey(query);
  const { sql, values } = toWhere(listConditions(query));
  const compare = query.order === 'asc' ? '>' : '<';
  const position = query.after ? [query.after.key, query.after.userId, query.after.applicationId] : [];
  const place = (n: number) => `$${values.length + n}`;
  const after = query.after
    ? ` AND (${key}, user_id, application_id) ${compare} (${place(1)}::${type}, ${place(2)}, ${place(3)})`
    : '';
  const order = (of: string) =>
    [of, 'user_id', 'application_id'].map((column) => `${column} ${query.order}`).join(', ');
  const rows: (Application & { key: string })[] = await dataSource.query(
    `SELECT ${APPLICATION_COLUMNS}, key::text FROM (
       SELECT user_id, application_id, ${key} AS key FROM applications WHERE ${sql}${after}
       ORDER BY ${order(key)} LIMIT ${query.limit + 1}
     ) AS page JOIN applications USING (user_id, application_id) ORDER BY ${order('key')}`,
    [...values, ...position],
  );
  const page = rows.slice(0, query.limit);
  const last = rows.length > query.limit ? page.at(-1) : undefined;
  return {
    applications: page.map(({ key: _key, ...application }) => application),
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
