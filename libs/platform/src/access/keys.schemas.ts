import { z } from 'zod';
import { SCOPES, USER_SCOPES } from './scopes.js';

const MAX_NAME = 100;
const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;
/** 30 days. */
const MAX_OVERLAP_HOURS = 720;
const DEFAULT_OVERLAP_HOURS = 24;

const REFERENCE = 'must be 1 to 100 characters of letters, digits, ".", "_", ":" and "-"';
const userId = z.string(REFERENCE).regex(/^[A-Za-z0-9._:-]{1,100}$/, REFERENCE);
const name = z
  .string('must say whose key it is, or what for')
  .trim()
  .min(1, 'must say whose key it is, or what for')
  .max(MAX_NAME, `must be at most ${MAX_NAME} characters`)
  .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), 'holds characters that cannot be shown');

const scopesText = `must list one or more of ${SCOPES.join(', ')}`;
const scopes = z
  .array(z.enum(SCOPES, scopesText), scopesText)
  .min(1, scopesText)
  .transform((list) => [...new Set(list)]);

const END = 'must be a moment to come with its zone, such as 2027-01-31T18:00:00Z';
const expiresAt = z.iso
  .datetime({ offset: true, error: END })
  .transform((text) => new Date(text))
  .refine((moment) => moment.getTime() > Date.now(), END);

const limit = z.coerce.number().pipe(z.int().min(1).max(MAX_PAGE)).default(DEFAULT_PAGE);
const cursor = z.uuid('is not the next_cursor of an earlier answer').optional();

/** A key that is bound to a user may do everything that is the user's, unless it says less. */
export const createKeySchema = z
  .strictObject({
    name,
    user_id: userId.nullish(),
    scopes: scopes.optional(),
    expires_at: expiresAt.nullish(),
  })
  .superRefine(({ user_id, scopes }, context) => {
    if (user_id && scopes?.includes('admin'))
      context.addIssue({
        code: 'custom',
        path: ['scopes'],
        message: 'cannot hold admin, which acts for everybody, for a key that is bound to a user',
      });
    if (!user_id && !scopes)
      context.addIssue({ code: 'custom', path: ['scopes'], message: `${scopesText}, or give user_id` });
  })
  .transform((wanted) => ({ ...wanted, scopes: wanted.scopes ?? [...USER_SCOPES] }));
export type CreateKey = z.output<typeof createKeySchema>;

export const changeKeySchema = z
  .strictObject({ name, expires_at: expiresAt.nullable() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Give at least one field to change.');
export type ChangeKey = z.output<typeof changeKeySchema>;

const OVERLAP = `must be a number of hours from 0 to ${MAX_OVERLAP_HOURS}`;
export const rotateKeySchema = z
  .strictObject({
    overlap_hours: z
      .number(OVERLAP)
      .min(0, OVERLAP)
      .max(MAX_OVERLAP_HOURS, OVERLAP)
      .default(DEFAULT_OVERLAP_HOURS),
  })
  .default({ overlap_hours: DEFAULT_OVERLAP_HOURS });
export type RotateKey = z.output<typeof rotateKeySchema>;

export const listKeysSchema = z.object({ user_id: userId.optional(), cursor, limit });
export type ListKeys = z.output<typeof listKeysSchema>;

export const listAuditSchema = z.object({
  action: z.string().max(MAX_NAME).optional(),
  actor_id: z.string().max(MAX_NAME).optional(),
  target: z.string().max(MAX_NAME).optional(),
  user_id: userId.optional(),
  cursor,
  limit,
});
export type ListAudit = z.output<typeof listAuditSchema>;
