import { z } from 'zod';
import { isCallerReference } from '#contracts';

export const APPLICATION_SORTS = ['sent', 'opened', 'booked', 'score', 'clicks', 'company'] as const;
export type ApplicationSort = (typeof APPLICATION_SORTS)[number];

export interface Ordering {
  sort: ApplicationSort;
  order: 'asc' | 'desc';
}

/** Where a page ended. */
export interface Position {
  /** The sort key, as PostgreSQL writes it. */
  key: string;
  userId: string;
  applicationId: string;
}

/** Applications without a value come last either way. */
export function sortKey({ sort, order }: Ordering): { sql: string; type: string } {
  const never = order === 'asc' ? 'infinity' : '-infinity';
  const moment = (column: string) => ({ sql: `coalesce(${column}, '${never}')`, type: 'timestamptz' });
  switch (sort) {
    case 'sent':
      return moment('sent_at');
    case 'opened':
      return moment('opened_at');
    case 'booked':
      return moment('booked_at');
    case 'score':
      return { sql: 'score', type: 'smallint' };
    case 'clicks':
      return { sql: 'human_clicks', type: 'bigint' };
    case 'company': {
      const nameless = order === 'asc' ? 'chr(1114111)' : "''";
      return { sql: `coalesce(lower(company), ${nameless}) COLLATE "C"`, type: 'text' };
    }
  }
}

const cursorTuple = z.tuple([
  z.enum(APPLICATION_SORTS),
  z.enum(['asc', 'desc']),
  z.string(),
  z.string(),
  z.string(),
]);

export function writeCursor({ sort, order }: Ordering, { key, userId, applicationId }: Position): string {
  return Buffer.from(JSON.stringify([sort, order, key, userId, applicationId])).toString('base64url');
}

/** Null for what is not a cursor of a listing in this order. */
export function readCursor(text: string, ordering: Ordering): Position | null {
  try {
    const tuple = cursorTuple.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    const [sort, order, key, userId, applicationId] = tuple;
    if (sort !== ordering.sort || order !== ordering.order || !isKey(key, sort)) return null;
    if (!isCallerReference(userId) || !isCallerReference(applicationId)) return null;
    return { key, userId, applicationId };
  } catch {
    return null;
  }
}

/** What PostgreSQL can cast: a cursor is whatever a caller sends. */
function isKey(key: string, sort: ApplicationSort): boolean {
  if (sort === 'company') return !key.includes('\0') && key.isWellFormed();
  if (sort === 'score') return /^\d{1,3}$/.test(key);
  if (sort === 'clicks') return /^\d{1,15}$/.test(key);
  return key === 'infinity' || key === '-infinity' || isMoment(key);
}

/** As PostgreSQL writes moments of the years that this program knows. */
export function isMoment(text: string): boolean {
  const [, day, time, zone] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,6})?)([+-]\d\d)(?::?\d\d)?$/.exec(text) ?? [];
  return day !== undefined && !Number.isNaN(Date.parse(`${day}T${time}${zone}:00`));
}
