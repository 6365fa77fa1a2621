import { setTimeout as sleep } from 'node:timers/promises';

/** `firstMs` doubling with each attempt (from 0) up to `maxMs`, with a tenth of jitter either way. */
export function backoffDelayMs(
  attempt: number,
  { firstMs, maxMs }: { firstMs: number; maxMs: number },
): number {
  return Math.min(firstMs * 2 ** Math.min(attempt, 30), maxMs) * (0.9 + Math.random() * 0.2);
}

/** Waits, but not beyond an abort; never rejects. */
export async function pause(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch(() => undefined);
}

/** Waits for what may never settle (a peer that no longer answers), but not beyond the deadline; never rejects. */
export async function waitAtMost(deadlineMs: number, work: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  await Promise.race([work.catch(() => undefined), pause(deadlineMs, done.signal)]);
  done.abort();
}
