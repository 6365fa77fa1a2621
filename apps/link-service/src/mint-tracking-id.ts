import { randomBytes } from 'node:crypto';

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const RANDOM_CHARACTERS = 16;

/** The largest multiple of 62 that fits a byte: bytes from here on would favour the first letters. */
const UNBIASED_LIMIT = 256 - (256 % BASE62.length);

/**
 * A new tracking id, `lt_calendly_` and 16 characters of base62 (95 bits): unguessable, and free of the clock, so
 * that ids minted in one millisecond differ. At most 70 characters for a valid link function.
 */
export function mintTrackingId(linkFunction: string): string {
  return `lt_${linkFunction.toLowerCase()}_${randomBase62()}`;
}

/** `nextBytes` is the source of randomness, a parameter for the sake of tests. */
export function randomBase62(nextBytes: (size: number) => Uint8Array = randomBytes): string {
  let text = '';
  while (text.length < RANDOM_CHARACTERS) {
    for (const byte of nextBytes(RANDOM_CHARACTERS + 4)) {
      if (byte < UNBIASED_LIMIT && text.length < RANDOM_CHARACTERS) text += BASE62[byte % BASE62.length];
    }
  }
  return text;
}
