/** The longest tracking id, prefix included (also the width of `link_tracking.tracking_id`). */
export const MAX_TRACKING_ID_LENGTH = 100;

const TRACKING_ID = /^lt_[A-Za-z0-9_]{1,97}$/;

/**
 * Whether a string can be a tracking id at all: `lt_` and letters, digits or underscores, at most
 * {@link MAX_TRACKING_ID_LENGTH} characters. Ids of older systems (`lt_calendly_abc123`, `lt_` + 16 hex)
 * are ids too. A trailing newline makes it none: JavaScript's `$` without the `m` flag matches only the end.
 */
export function isTrackingId(candidate: string): boolean {
  return TRACKING_ID.test(candidate);
}

const LINK_FUNCTION = /^[A-Za-z][A-Za-z0-9_]{0,49}$/;

/** Whether a string can name what a link is for, such as `Calendly` or `Company_Website`. */
export function isLinkFunction(candidate: string): boolean {
  return LINK_FUNCTION.test(candidate);
}

const REFERENCE = /^[A-Za-z0-9._:-]{1,100}$/;

/** Whether a string can be a caller's own `job_id`, `application_id` or `user_id`: 1–100 of `[A-Za-z0-9._:-]`. */
export function isCallerReference(candidate: string): boolean {
  return REFERENCE.test(candidate);
}

/** The kinds of place a link may lead to. */
export const LINK_TYPES = [
  'profile',
  'job_posting',
  'application',
  'networking',
  'document',
  'external',
  'internal',
  'contact',
] as const;

export type LinkType = (typeof LINK_TYPES)[number];
