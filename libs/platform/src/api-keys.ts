import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InvalidConfigError, isLoopback } from './env.js';

const LINE = /^([A-Za-z0-9._-]{1,64}):([0-9a-f]{64})$/;

/** The keys that callers may present. Only their SHA-256 is ever held; keys are long and random, so no salt is needed. */
export class ApiKeys {
  private constructor(private readonly hashes: ReadonlyMap<string, Buffer>) {}

  /**
   * Reads the key file, one `name:sha256-in-hex` a line; `#` starts a comment.
   * Without a file only loopback may be listened on: an open service must never face a network.
   * @throws InvalidConfigError naming the variable or the line to mend.
   */
  static load({ file, host }: { file: string | undefined; host: string }): ApiKeys {
    if (file) return new ApiKeys(readKeys(file));
    if (isLoopback(host)) return new ApiKeys(new Map());
    throw new InvalidConfigError([
      `HOST is ${host}, which others can reach, but no API keys are configured: set API_KEYS_FILE (make one with "npm run keys -- add <name>"), or leave HOST at 127.0.0.1.`,
    ]);
  }

  /** No key is asked for while none is configured. */
  get required(): boolean {
    return this.hashes.size > 0;
  }

  /** Name of the key, or undefined when it is not one of ours. Takes the same time whichever key it is. */
  findName(key: string): string | undefined {
    const presented = createHash('sha256').update(key).digest();
    let found: string | undefined;
    for (const [name, hash] of this.hashes) {
      if (timingSafeEqual(hash, presented)) found = name;
    }
    return found;
  }
}

function readKeys(file: string): Map<string, Buffer> {
  const hashes = new Map<string, Buffer>();
  const problems: string[] = [];
  readLines(file).forEach((line, index) => {
    const text = line.replace(/#.*/, '').trim();
    if (!text) return;
    const [, name, hash] = LINE.exec(text) ?? [];
    if (name && hash) hashes.set(name, Buffer.from(hash, 'hex'));
    else problems.push(`API_KEYS_FILE line ${index + 1} must read name:sha256-in-hex.`);
  });
  if (hashes.size === 0 && problems.length === 0) problems.push('API_KEYS_FILE holds no key.');
  if (problems.length > 0) throw new InvalidConfigError(problems);
  return hashes;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidConfigError([`API_KEYS_FILE cannot be read: ${reason}`]);
  }
}
