const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits after the first, second, … failure: ten attempts over some three days. */
const DELAYS_MS = [
  5 * SECOND_MS,
  1 * MINUTE_MS,
  10 * MINUTE_MS,
  1 * HOUR_MS,
  4 * HOUR_MS,
  8 * HOUR_MS,
  16 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
/** A receiver may ask for a longer wait, up to here. */
const MAX_RETRY_AFTER_MS = 24 * HOUR_MS;
/** Added at most, so that what failed together does not come back together. */
const JITTER = 0.2;

/**
 * How long to wait after so many failures; undefined: that was the last attempt.
 *
 * @param retryAfterMs what the receiver asked for
 */
export function nextDelayMs(
  failures: number,
  { retryAfterMs = 0, random = Math.random() }: { retryAfterMs?: number | undefined; random?: number } = {},
): number | undefined {
  const delayMs = DELAYS_MS[failures - 1];
  if (delayMs === undefined) return undefined;
  return Math.max(Math.min(retryAfterMs, MAX_RETRY_AFTER_MS), delayMs) * (1 + random * JITTER);
}

/** Of a `Retry-After` header, which holds seconds or a date; undefined when it holds neither. */
export function readRetryAfterMs(header: string | undefined, nowMs = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Number(header) * SECOND_MS;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
