import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidConfigError, isLoopback } from './env.js';

const LINE = /^([A-Za-z0-9._-]{1,64}):([0-9a-f]{64})(?::([A-Za-z0-9._:-]{1,100}))?$/;

export interface ApiKey {
  /** For people: whose key it is, or what for. */
  name: string;
  /** The one user whose data the key opens. Absent: a service key, which acts for every user. */
  userId?: string | undefined;
}

/** The keys that callers may present. Only their SHA-256 is ever held; keys are long and random, so no salt is needed. */
export class ApiKeys {
  private constructor(private readonly keys: readonly StoredKey[]) {}

  /**
   * Reads the key file, one `name:sha256-in-hex` or `name:sha256-in-hex:user_id` a line; `#` starts a comment. A name
   * may have several lines, so that an old key works until its successor is in use everywhere.
   * Without a file only loopback may be listened on: an open service must never face a network.
   * @throws InvalidConfigError naming the variable or the line to mend.
   */
  static load({ file, host }: { file: string | undefined; host: string }): ApiKeys {
    if (file) return new ApiKeys(readKeys(file));
    if (isLoopback(host)) return new ApiKeys([]);
    throw new InvalidConfigError([
      `HOST is ${host}, which others can reach, but no API keys are configured: set API_KEYS_FILE (make one with "npm run keys -- add <name>"), or leave HOST at 127.0.0.1.`,
    ]);
  }

  /** No key is asked for while none is configured. */
  get required(): boolean {
    return this.keys.length > 0;
  }

  /** The key, or undefined when it is not one of ours. Takes the same time whichever key it is. */
  find(key: string): ApiKey | undefined {
    const presented = createHash('sha256').update(key).digest();
    let found: ApiKey | undefined;
    for (const stored of this.keys) {
      if (timingSafeEqual(stored.hash, presented)) found = stored;
    }
    return found;
  }
}

interface StoredKey extends ApiKey {
  hash: Buffer;
}

function readKeys(file: string): StoredKey[] {
  const keys: StoredKey[] = [];
  const problems: string[] = [];
  readLines(file).forEach((line, index) => {
    const text = line.replace(/#.*/, '').trim();
    if (!text) return;
    const [, name, hash, userId] = LINE.exec(text) ?? [];
    if (name && hash) keys.push({ name, hash: Buffer.from(hash, 'hex'), userId });
    else
      problems.push(
        `API_KEYS_FILE line ${index + 1} must read name:sha256-in-hex or name:sha256-in-hex:user_id.`,
      );
  });
  if (keys.length === 0 && problems.length === 0) problems.push('API_KEYS_FILE holds no key.');
  if (problems.length > 0) throw new InvalidConfigError(problems);
  return keys;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidConfigError([`API_KEYS_FILE cannot be read: ${reason}`]);
  }
}
