import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidConfigError } from '../env.js';
import type { Principal } from './principal.js';
import { USER_SCOPES } from './scopes.js';

const LINE = /^([A-Za-z0-9._-]{1,64}):([0-9a-f]{64})(?::([A-Za-z0-9._:-]{1,100}))?$/;

/**
 * What keys are found by, and all of a key that is ever held; keys are long and random, so no salt is needed. Finding
 * a hash in a table takes the same time whichever key it is, and says nothing about the keys beside it.
 */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/**
 * The callers of a key file by the hashes of their keys, one `name:sha256-in-hex` or `name:sha256-in-hex:user_id` a
 * line; `#` starts a comment. A key without a user may do everything, one with a user everything that is the user's. A
 * name may have several lines, so that an old key works until its successor is in use everywhere.
 * @throws InvalidConfigError naming the line to mend.
 */
export function readKeyFile(file: string | undefined): ReadonlyMap<string, Principal> {
  const keys = new Map<string, Principal>();
  if (file === undefined) return keys;
  const problems: string[] = [];
  readLines(file).forEach((line, index) => {
    const text = line.replace(/#.*/, '').trim();
    if (!text) return;
    const [, name, hash, userId] = LINE.exec(text) ?? [];
    if (name && hash) keys.set(hash, toPrincipal(name, userId));
    else
      problems.push(
        `API_KEYS_FILE line ${index + 1} must read name:sha256-in-hex or name:sha256-in-hex:user_id.`,
      );
  });
  if (keys.size === 0 && problems.length === 0) problems.push('API_KEYS_FILE holds no key.');
  if (problems.length > 0) throw new InvalidConfigError(problems);
  return keys;
}

function toPrincipal(name: string, userId: string | undefined): Principal {
  return { kind: 'key', id: `file:${name}`, name, userId, scopes: userId ? USER_SCOPES : ['admin'] };
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidConfigError([`API_KEYS_FILE cannot be read: ${reason}`]);
  }
}
