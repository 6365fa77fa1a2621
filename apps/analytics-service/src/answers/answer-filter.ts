import { z } from 'zod';
import { isCallerReference, isLinkFunction } from '#contracts';
import { CodedError } from '#platform';
import { addDays, startOfLocalDay, timezone, toLocalDay, toMoment } from './time-zone.js';

/** Classes of navigations. */
export const CLICK_CLASSES = ['human', 'suspected', 'machine', 'duplicate', 'self'] as const;
export type ClickClassName = (typeof CLICK_CLASSES)[number];
/** Classes of all hits; `inferred`: a preflight of Office that no browser followed. */
export type HitClass = ClickClassName | 'inferred';

export const MAX_DAYS = 366;
const MAX_PAGE = 1_000;

const DAYS = `must be a whole number from 1 to ${MAX_DAYS}`;
const LIMIT = `must be a whole number from 1 to ${MAX_PAGE}`;
const MOMENT = 'must be a day or a UTC moment, such as 2026-01-31 or 2026-01-31T12:00:00Z';
const CLASSES = `must be one or more of ${CLICK_CLASSES.join(', ')}, with commas between them`;
const REFERENCE = 'must be 1 to 100 characters of letters, digits, ".", "_", ":" and "-"';

export const reference = z.string(REFERENCE).refine(isCallerReference, REFERENCE);
const moment = z.union([z.iso.date(), z.iso.datetime()], { error: MOMENT });
const count = (max: number, message: string) =>
  z
    .string(message)
    .regex(/^\d{1,4}$/, message)
    .transform(Number)
    .pipe(z.number().min(1, message).max(max, message));

/** What every answer can be narrowed by. Query parameters, all of them text. */
export const answerFilterSchema = z.object({
  /** Inclusive. A day begins at midnight in `timezone`. */
  from: moment.optional(),
  /** Exclusive. */
  to: moment.optional(),
  /** Days up to today, today included, in `timezone`; instead of `from` and `to`. */
  days: count(MAX_DAYS, DAYS).optional(),
  timezone,
  class: z
    .string(CLASSES)
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(z.enum(CLICK_CLASSES, CLASSES)))
    .optional(),
  user_id: reference.optional(),
  job_id: reference.optional(),
  function: z.string().refine(isLinkFunction, 'is not the name of a link function').optional(),
  limit: count(MAX_PAGE, LIMIT).optional(),
  cursor: z.string().max(200).optional(),
});
export type AnswerFilter = z.output<typeof answerFilterSchema>;

/** A span of time; an end that is absent is open. */
export interface Period {
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

export class InvalidFilterError extends CodedError {
  constructor(field: string, message: string) {
    super({
      code: 'invalid_request',
      kind: 'invalid',
      message: `${field}: ${message}`,
      details: [{ path: field, message }],
    });
  }
}

/** The period that a filter names; undefined when it names none, so all time. */
export function readPeriod(filter: AnswerFilter, now: Date): Period | undefined {
  const { from, to, days, timezone } = filter;
  if (days !== undefined) {
    if (from ?? to) throw new InvalidFilterError('days', 'must not stand beside from or to');
    return lastDays(days, timezone, now);
  }
  if (!from && !to) return undefined;
  const period = { from: from && toMoment(from, timezone), to: to && toMoment(to, timezone) } as Period;
  if (period.from && period.to && period.from >= period.to)
    throw new InvalidFilterError('from', 'must lie before to, which is not part of the period');
  return period;
}

/** Whole local days: today and those before it. */
export function lastDays(
  days: number,
  timeZone: string,
  now: Date,
): Required<Period> & { from: Date; to: Date } {
  const today = toLocalDay(now, timeZone);
  return {
    from: startOfLocalDay(addDays(today, 1 - days), timeZone),
    to: startOfLocalDay(addDays(today, 1), timeZone),
  };
}

const QUARTER_MS = 900_000;

/** For what is counted by quarters of an hour. @throws InvalidFilterError */
export function requireQuarters({ from, to }: Period): void {
  if ([from, to].some((end) => end && end.getTime() % QUARTER_MS !== 0))
    throw new InvalidFilterError('from', 'and to must lie on quarters of an hour here');
}

/** A cursor for lists that are paged by place. */
export function writeCursor(place: number): string {
  return Buffer.from(`@${place}`).toString('base64url');
}

export function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  const [, place] = /^@(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (place === undefined) throw new InvalidCursorError();
  return Number(place);
}

export class InvalidCursorError extends InvalidFilterError {
  constructor() {
    super('cursor', 'must be a next_cursor of this very list');
  }
}
