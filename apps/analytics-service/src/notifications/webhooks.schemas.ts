import { z } from 'zod';
import { isCallerReference } from '#contracts';
import { NOTIFICATION_TYPES } from './notification.js';
import { DELIVERY_STATUSES } from './webhook-delivery.entity.js';

const MAX_DESCRIPTION = 500;
const MAX_PAGE = 200;
const DEFAULT_PAGE = 50;

const REFERENCE = 'must be 1 to 100 characters of letters, digits, ".", "_", ":" and "-"';
const userId = z.string(REFERENCE).refine(isCallerReference, REFERENCE);

const TYPES = `must list one or more of ${NOTIFICATION_TYPES.join(', ')}`;
const types = z
  .array(z.enum(NOTIFICATION_TYPES, TYPES), TYPES)
  .min(1, TYPES)
  .transform((list) => [...new Set(list)]);

/** Its rules are `parseWebhookUrl`'s. */
const url = z.string('must be a URL such as https://example.com/hooks');
const description = z
  .string()
  .max(MAX_DESCRIPTION, `must be at most ${MAX_DESCRIPTION} characters`)
  .refine((text) => text.isWellFormed() && !text.includes('\0'), 'holds characters that cannot be stored');

export const createWebhookSchema = z.strictObject({
  url,
  types,
  user_id: userId.nullish(),
  description: description.nullish(),
  enabled: z.boolean().default(true),
});
export type CreateWebhook = z.output<typeof createWebhookSchema>;

export const changeWebhookSchema = z
  .strictObject({ url, types, description: description.nullable(), enabled: z.boolean() })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'Give at least one field to change.');
export type ChangeWebhook = z.output<typeof changeWebhookSchema>;

const limit = z.coerce.number().pipe(z.int().min(1).max(MAX_PAGE)).default(DEFAULT_PAGE);

export const listWebhooksSchema = z.object({
  user_id: userId.optional(),
  cursor: z.uuid('is not the next_cursor of an earlier answer').optional(),
  limit,
});

export const listDeliveriesSchema = z.object({
  status: z.enum(DELIVERY_STATUSES, `must be one of ${DELIVERY_STATUSES.join(', ')}`).optional(),
  cursor: z
    .string()
    .regex(/^\d{1,18}$/, 'is not the next_cursor of an earlier answer')
    .optional(),
  limit,
});
export type ListDeliveries = z.output<typeof listDeliveriesSchema>;

export const replaySchema = z.strictObject({
  since: z.iso
    .datetime({ offset: true, error: 'must be a moment with its zone, such as 2026-01-31T18:00:00Z' })
    .transform((text) => new Date(text)),
  /** Also what was delivered, in place of what failed only. */
  all: z.boolean().default(false),
});
export type Replay = z.output<typeof replaySchema>;
