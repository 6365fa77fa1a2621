/** Waits between attempts: 100 ms doubling up to `maxDelayMs`, with a fifth of jitter so that peers spread out. */
export function backoffDelayMs(attempt: number, maxDelayMs: number): number {
  const delayMs = Math.min(100 * 2 ** attempt, maxDelayMs);
  return delayMs * (0.9 + Math.random() * 0.2);
}
