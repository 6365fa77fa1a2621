import { z } from 'zod';
import { isTrackingId } from '#contracts';
import { cleanText } from '../ingest/text-column.js';

/** What one delivery says of one booking, in the same words whichever scheduling service sent it. */
export interface BookingFact {
  /** `moved`: given up only because another time was booked in its place. */
  kind: 'booked' | 'moved' | 'canceled' | 'no_show' | 'no_show_undone';
  /** What the scheduling service calls the booking that this is about. */
  ref: string;
  /** When it happened by the service's clock, ISO 8601. */
  at: string;
  /** What the booking was called before it was moved here. */
  movedFrom?: string | undefined;
  /** What the booking is called since it was moved away. */
  movedTo?: string | undefined;
  /** When the invitee booked. Absent where the delivery tells too little to know a booking by. */
  bookedAt?: string | undefined;
  startsAt?: string | undefined;
  endsAt?: string | undefined;
  name?: string | undefined;
  email?: string | undefined;
  trackingId?: string | undefined;
}

/** What a delivery comes to: a fact, or nothing of interest and why. */
export type Reading = { fact: BookingFact } | { ignored: string };

/** Nothing of interest; `name` is the service's own word for it, which may be any text. */
export function ignore(why: string, name: string): Reading {
  return { ignored: cleanText(`${why} ${name.slice(0, 100)}`) };
}

/** The delivery is not what its service documents. It can only be parked. */
export class UnreadableDeliveryError extends Error {
  readonly code = 'unreadable_delivery';
  override readonly name = 'UnreadableDeliveryError';
}

const MAX_REF_CHARACTERS = 500;
const KEPT_CHARACTERS = 300;
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);

/** A moment that every clock and the database can hold, as UTC. */
export const moment = z.iso
  .datetime({ offset: true, error: 'must be a moment' })
  .transform((text) => new Date(text))
  .refine((date) => date.getTime() >= EARLIEST_MS && date.getTime() < LATEST_MS, 'must be a likely moment')
  .transform((date) => date.toISOString());

/** A service's own name of something. */
export const ref = z
  .string('must be text')
  .transform(cleanText)
  .pipe(z.string().min(1, 'must not be empty').max(MAX_REF_CHARACTERS, 'is too long'));

/** What is useful when it is there and right, and no reason to park a delivery when it is not. */
export function lenient<S extends z.ZodType>(schema: S) {
  return schema.optional().catch(undefined);
}

export const keptText = z
  .string()
  .transform((text) => cleanText(text).slice(0, KEPT_CHARACTERS).toWellFormed());

export const trackingId = z.string().refine(isTrackingId);

/** @throws UnreadableDeliveryError naming what does not fit. */
export function parseDelivery<S extends z.ZodType>(schema: S, json: unknown): z.output<S> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UnreadableDeliveryError(`${issue?.path.join('.') || 'the body'}: ${issue?.message ?? 'invalid'}`);
}
