import { z } from 'zod';
import { isCallerReference, isTrackingId } from '#contracts';
import { BOOKING_PROVIDERS, BOOKING_STATUSES } from './booking.entity.js';

const REFERENCE = 'must be 1 to 100 characters of letters, digits, ".", "_", ":" and "-"';
const reference = z.string(REFERENCE).refine(isCallerReference, REFERENCE);
const trackingId = z.string('must be text').refine(isTrackingId, 'is not a tracking id');

const MOMENT = 'must be a day or a UTC moment, such as 2026-01-31 or 2026-01-31T12:00:00Z';
const moment = z
  .union([z.iso.date(), z.iso.datetime()], { error: MOMENT })
  .transform((text) => new Date(text));

/** Where a page of bookings goes on: after this one. */
const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);
export type BookingCursor = z.output<typeof cursorSchema>;

export function encodeCursor(cursor: BookingCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

const cursor = z.string().transform((text, context): BookingCursor => {
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  if (parsed.success) return parsed.data;
  context.issues.push({ code: 'custom', message: 'is not a next_cursor of this call', input: text });
  return z.NEVER;
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const LIMIT = 'must be a whole number from 1 to 200';
const pageLimit = z
  .string(LIMIT)
  .regex(/^\d{1,3}$/, LIMIT)
  .transform(Number)
  .pipe(z.number().min(1, LIMIT).max(200, LIMIT))
  .default(50);

/** Which bookings a page holds: those that fit everything named. */
export const listBookingsSchema = z.object({
  /** Whether they belong to a link or an application. */
  attributed: z.stringbool({ error: 'must be true or false' }).optional(),
  provider: z.enum(BOOKING_PROVIDERS, `must be one of ${BOOKING_PROVIDERS.join(', ')}`).optional(),
  status: z.enum(BOOKING_STATUSES, `must be one of ${BOOKING_STATUSES.join(', ')}`).optional(),
  user_id: reference.optional(),
  job_id: reference.optional(),
  application_id: reference.optional(),
  tracking_id: trackingId.optional(),
  /** By the moment of booking, inclusive. */
  from: moment.optional(),
  /** Exclusive. */
  to: moment.optional(),
  cursor: cursor.optional(),
  limit: pageLimit,
});
export type BookingFilter = z.output<typeof listBookingsSchema>;

const ONE_OF = 'give either tracking_id or application_id';

/** What a booking belongs to. `user_id` tells users apart who named an application alike. */
export const attributionSchema = z
  .object({
    tracking_id: trackingId.optional(),
    application_id: reference.optional(),
    user_id: reference.optional(),
  })
  .refine((body) => (body.tracking_id === undefined) !== (body.application_id === undefined), ONE_OF);
export type Attribution = z.output<typeof attributionSchema>;

export const bookingId = z.uuid('must be a booking_id');
export const deliveryId = z.string().regex(/^\d{1,18}$/, 'must be a delivery_id');
export const waitingDeliveriesSchema = z.object({ limit: pageLimit });
