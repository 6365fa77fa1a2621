import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PresentedSignature } from './providers/scheduling-provider.js';

/**
 * Whether one of the keys signed exactly these bytes. Takes the same time whichever key it is, and whether it is one:
 * every key is tried against every digest, each comparison in constant time.
 */
export function isSignedBy(
  keys: readonly string[],
  { prefix, digests }: PresentedSignature,
  body: Buffer,
): boolean {
  let isSigned = false;
  for (const key of keys) {
    const expected = createHmac('sha256', key).update(prefix).update(body).digest();
    for (const digest of digests) isSigned = timingSafeEqual(expected, digest) || isSigned;
  }
  return isSigned;
}
