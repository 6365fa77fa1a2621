import { z } from 'zod';
import { isCallerReference } from '#contracts';
import { OUTCOMES } from './application.js';
import { APPLICATION_SORTS, readCursor } from './application-sorts.js';
import { periodParameters, readPeriod } from './period.js';
import { timelineCursor } from './timeline.query.js';

const REFERENCE = 'must be 1 to 100 characters of letters, digits, ".", "_", ":" and "-"';
export const reference = z.string(REFERENCE).refine(isCallerReference, REFERENCE);

const outcome = z.enum(OUTCOMES, { error: `must be one of ${OUTCOMES.join(', ')}` });

function text(maxLength: number) {
  return (
    z
      .string('must be a text, or null to take it away')
      // PostgreSQL stores no NUL, and UTF-8 knows no lone surrogate.
      .refine((value) => !/\p{Cc}/u.test(value) && value.isWellFormed(), 'Remove the control characters.')
      .transform((value) => value.trim())
      .pipe(z.string().min(1, 'is empty; send null to take it away').max(maxLength))
  );
}

const EARLIEST = new Date('1970-01-01T00:00:00Z');
/** Clocks differ, and somewhere it is tomorrow already. */
const AHEAD_MS = 86_400_000;
const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'must be a day, or a time with its zone, such as 2026-01-31 or 2026-01-31T18:00:00Z',
  })
  .transform((value) => new Date(value))
  .refine((value) => value.getTime() <= Date.now() + AHEAD_MS, 'must not lie in the future')
  .refine((value) => value >= EARLIEST, 'must not lie before 1970');

/** What a person may set; null says that there is none. Strict: a misspelt field must not pass as a change. */
export const editApplicationSchema = z
  .strictObject({
    job_id: reference.nullable(),
    company: text(300).nullable(),
    title: text(300).nullable(),
    job_board: text(100).nullable(),
    sent_at: moment.nullable(),
    outcome,
  })
  .partial()
  .refine((edit) => Object.keys(edit).length > 0, 'Give at least one field to set.');
export type ApplicationEdit = z.output<typeof editApplicationSchema>;

/** Whose application; needed where several users use one id. */
export const ownerSchema = z.object({ user_id: reference.optional() });

const MAX_PAGE = 500;
const PAGE = `must be a whole number from 1 to ${MAX_PAGE}`;
const limit = z.coerce.number(PAGE).int(PAGE).min(1, PAGE).max(MAX_PAGE, PAGE).default(50);

export const listApplicationsSchema = z
  .object({
    ...periodParameters,
    user_id: reference.optional(),
    job_id: reference.optional(),
    job_board: z.string().max(100).optional(),
    outcome: outcome.optional(),
    opened: z.stringbool({ error: 'must be true or false' }).optional(),
    booked: z.stringbool({ error: 'must be true or false' }).optional(),
    /** Words that company, title, board and id together hold, in any case. */
    q: z.string().max(200).optional(),
    sort: z
      .enum(APPLICATION_SORTS, { error: `must be one of ${APPLICATION_SORTS.join(', ')}` })
      .default('sent'),
    order: z.enum(['asc', 'desc'], { error: 'must be asc or desc' }).optional(),
    cursor: z.string().max(1_000).optional(),
    limit,
  })
  .transform(({ from, to, timezone, cursor, ...query }, context) => {
    const order = query.order ?? (query.sort === 'company' ? 'asc' : 'desc');
    const after = cursor === undefined ? undefined : readCursor(cursor, { sort: query.sort, order });
    if (after === null) {
      context.addIssue({
        code: 'custom',
        path: ['cursor'],
        message: 'is not the next_cursor of this listing',
      });
      return z.NEVER;
    }
    return { ...query, order, after, ...readPeriod({ from, to, timezone }) };
  });
export type ListApplications = z.output<typeof listApplicationsSchema>;

export const timelineSchema = ownerSchema.extend({ cursor: timelineCursor.optional(), limit });
