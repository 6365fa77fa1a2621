import { randomBytes } from 'node:crypto';
import { hashKey } from './key-file.js';

/** As many characters of a key as its owner may see again: enough to tell it from others, too few to guess the rest. */
const SHOWN_CHARACTERS = 7;

/** A new key of 192 random bits, and what may be known of it: the key itself is kept nowhere. */
export function makeKey(): { key: string; hash: string; starts_with: string } {
  const key = `ff_${randomBytes(24).toString('base64url')}`;
  return { key, hash: hashKey(key), starts_with: key.slice(0, SHOWN_CHARACTERS) };
}
