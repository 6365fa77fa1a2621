import type { Period } from './period.js';

/** Which applications an answer speaks of: those that fit everything given. */
export interface ApplicationFilter extends Period {
  user_id?: string | undefined;
  job_id?: string | undefined;
  /** In any case. */
  job_board?: string | undefined;
}

/** SQL with one `?` for its value; left out when that is undefined. */
export type Condition = readonly [sql: string, value: unknown];

export function listFilterConditions({
  user_id,
  job_id,
  job_board,
  from,
  to,
}: ApplicationFilter): Condition[] {
  return [
    ['user_id = ?', user_id],
    ['job_id = ?', job_id],
    ['lower(job_board) = lower(?)', job_board],
    ['sent_at >= ?', from],
    ['sent_at < ?', to],
  ];
}

/** The conditions whose value is given, joined, with parameters from $1 on. */
export function toWhere(conditions: readonly Condition[]): { sql: string; values: unknown[] } {
  const given = conditions.filter(([, value]) => value !== undefined);
  return {
    sql: ['true', ...given.map(([sql], i) => sql.replace('?', `$${i + 1}`))].join(' AND '),
    values: given.map(([, value]) => value),
  };
}

/**
 * Answers that speak of what was sent: without a moment of sending an application is none of them. For table
 * `applications`, also joined to another by its key.
 */
export function whereSent(filter: ApplicationFilter): { sql: string; values: unknown[] } {
  const { sql, values } = toWhere(listFilterConditions(filter));
  return { sql: `sent_at IS NOT NULL AND ${sql}`, values };
}
