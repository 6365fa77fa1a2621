import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Runs a check until it stops throwing, and answers what it answers. Throws the check's last error when it still
 * fails after the time limit. For what happens soon, but not at once: never sleep in a test.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 25_000, intervalMs = 25 }: { timeoutMs?: number; intervalMs?: number } = {},
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() >= deadline) throw error;
    }
    await sleep(intervalMs);
  }
}
