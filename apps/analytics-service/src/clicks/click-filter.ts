import { z } from 'zod';
import { isCallerReference, isLinkFunction, isTrackingId } from '#contracts';
import { timezone, toMoment } from '../answers/time-zone.js';

const CLASSES = ['human', 'suspected', 'machine', 'self', 'duplicate', 'inferred'] as const;

const REFERENCE = 'must be 1 to 100 characters of letters, digits, ".", "_", ":" and "-"';
const reference = z.string(REFERENCE).refine(isCallerReference, REFERENCE).optional();

const MOMENT = 'must be a day or a UTC moment, such as 2026-01-31 or 2026-01-31T12:00:00Z';
const moment = z.union([z.iso.date(), z.iso.datetime()], { error: MOMENT }).optional();

const CLASS_LIST = `must be one or more of ${CLASSES.join(', ')}, with commas between them`;
const classes = z
  .string(CLASS_LIST)
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(CLASSES, CLASS_LIST)))
  .optional();

/** Which clicks a listing holds: those that fit everything named. */
export const clickFilterSchema = z
  .object({
    /** By the moment of the click, inclusive. A day begins at midnight in `timezone`. */
    from: moment,
    /** Exclusive. */
    to: moment,
    timezone,
    class: classes,
    user_id: reference,
    job_id: reference,
    application_id: reference,
    function: z.string().refine(isLinkFunction, 'is not the name of a link function').optional(),
    tracking_id: z.string().refine(isTrackingId, 'is not a tracking id').optional(),
  })
  .transform(({ timezone: timeZone, from, to, ...filter }) => ({
    ...filter,
    from: from === undefined ? undefined : toMoment(from, timeZone),
    to: to === undefined ? undefined : toMoment(to, timeZone),
  }))
  .refine(({ from, to }) => !from || !to || from < to, {
    path: ['from'],
    message: 'must lie before to, which is not part of the period',
  });
export type ClickFilter = z.output<typeof clickFilterSchema>;

const CONDITIONS: Readonly<Record<keyof ClickFilter, string>> = {
  from: 'clicked_at >= ?',
  to: 'clicked_at < ?',
  class: 'class = ANY (?)',
  user_id: 'user_id = ?',
  job_id: 'job_id = ?',
  application_id: 'application_id = ?',
  function: 'link_function = ?',
  tracking_id: 'tracking_id = ?',
};

/** SQL on `link_clicks`, and its values; parameters are numbered after those that the query has itself. */
export function toCondition(filter: ClickFilter, ownParameters: number): { sql: string; values: unknown[] } {
  const given = Object.entries(CONDITIONS).flatMap(([name, sql]) => {
    const value = filter[name as keyof ClickFilter];
    return value === undefined ? [] : [{ sql, value }];
  });
  return {
    sql: ['true', ...given.map(({ sql }, i) => sql.replace('?', `$${ownParameters + i + 1}`))].join(' AND '),
    values: given.map(({ value }) => value),
  };
}
