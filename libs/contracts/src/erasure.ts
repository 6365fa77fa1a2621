import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineEvent, type EventOf, envelope } from './event-definition.js';
import { isTrackingId } from './tracking-id.js';

/** What an erasure can be about. */
export const ERASURE_KINDS = ['user', 'application', 'address', 'session'] as const;
export type ErasureKind = (typeof ERASURE_KINDS)[number];

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Whose data is erased, without naming anybody: see {@link digestOf}. Ledgers and queues keep this form, so that an
 * erasure leaves no new record of the erased.
 */
export const erasureSubject = z.object({
  kind: z.enum(ERASURE_KINDS),
  /** Of the deployment: random, the same in all of its erasures. */
  key: digest,
  digest,
  /** Of the user whose application it is; absent: whoever's it is. */
  owner: digest.optional(),
});
export type ErasureSubject = z.output<typeof erasureSubject>;

const step = {
  erasure_id: z.uuid(),
  /** Erasing is repeated until a round finds nothing: counts from 1. */
  round: z.int().positive(),
  /** `scrub` follows the last round: what erased rows left behind in files is overwritten. */
  stage: z.enum(['erase', 'scrub']),
};

/** Every service is to erase what it holds of the subject from before `until`. */
export const erasureRequested = defineEvent(
  'privacy.erasure-requested.v1',
  z.object({ ...envelope, ...step, until: z.iso.datetime(), subject: erasureSubject }),
);
export type ErasureRequested = EventOf<typeof erasureRequested>;

/** Links named in one answer at most; a service that has more names them in the next round. */
export const MAX_ERASED_LINKS = 10_000;

/** What one service did about an {@link erasureRequested}. */
export const erasureCompleted = defineEvent(
  'privacy.erasure-completed.v1',
  z.object({
    ...envelope,
    ...step,
    service: z.string().regex(/^[a-z-]{1,40}$/),
    /** `failed` is followed by another answer when the service succeeds after all. */
    outcome: z.enum(['done', 'failed']),
    /** How many of what were erased, those with none left out. */
    erased: z.record(z.string().max(60), z.int().nonnegative()),
    /** Links that are gone for good. */
    tracking_ids: z.array(z.string().refine(isTrackingId)).max(MAX_ERASED_LINKS).optional(),
    /** What failed, or could not be scrubbed; names no person. */
    problem: z.string().max(500).optional(),
  }),
);
export type ErasureCompleted = EventOf<typeof erasureCompleted>;

/**
 * How ledgers name a value: SHA-256 over key, kind and value, in hex digits. PostgreSQL says the same as
 * `encode(sha256(convert_to(key || kind || ':' || value, 'UTF8')), 'hex')`.
 */
export function digestOf({ key, kind, value }: { key: string; kind: ErasureKind; value: string }): string {
  return createHash('sha256').update(`${key}${kind}:${value}`).digest('hex');
}
