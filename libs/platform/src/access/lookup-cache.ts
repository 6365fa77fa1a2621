import { CodedError } from '../coded-error.js';

/** How long what was looked up is believed, ms: a key that is taken back ends within this. */
const FRESH_MS = 5_000;
/** From then on a lookup in the background keeps what is in use fresh, so that no call waits for it, ms. */
const REFRESH_AFTER_MS = 2_000;
/** Pause after a lookup that failed; what is known goes on meanwhile, ms. */
const RETRY_MS = 1_000;
/** Longest that a call waits for a lookup, ms. */
const DEADLINE_MS = 2_000;
const MAX_KNOWN = 10_000;
/** What is unknown is remembered apart, so that guesses push out nobody. */
const MAX_UNKNOWN = 2_000;

export interface LookupOptions<Value> {
  /** Of what `find` was given beside the key, else of the key itself. */
  load(subject: string): Promise<Value | undefined>;
  /** Whether a lookup failed only for now. */
  isOutage(error: unknown): boolean;
  now(): number;
}

interface Entry<Value> {
  value: Value | undefined;
  loadedAt: number;
}

/** The lookup took too long; what was asked may be answered later. */
export class SlowLookupError extends CodedError {
  constructor() {
    super({
      code: 'lookup_slow',
      kind: 'unavailable',
      message: 'Who you are could not be looked up in time; try again in a moment.',
      retryAfterSeconds: 1,
    });
  }
}

/**
 * Keeps what was looked up in memory, of bounded size. Who is in use is looked up anew every few seconds beside the
 * calls; in an outage what is known is believed until it is over. Equal lookups at one time are one.
 */
export class LookupCache<Value> {
  private readonly known = new Map<string, Entry<Value>>();
  private readonly unknown = new Map<string, Entry<Value>>();
  private readonly running = new Map<string, Promise<Value | undefined>>();
  private failedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: LookupOptions<Value>) {}

  /** Rejects as `load` does, or with a {@link SlowLookupError}, when nothing is known. */
  async find(key: string, subject = key): Promise<Value | undefined> {
    const now = this.options.now();
    const entry = this.known.get(key) ?? this.unknown.get(key);
    if (!entry) return this.load(key, subject);
    const ageMs = Math.abs(now - entry.loadedAt);
    if (ageMs < REFRESH_AFTER_MS || Math.abs(now - this.failedAt) < RETRY_MS) return entry.value;
    const loading = this.load(key, subject);
    try {
      if (ageMs >= FRESH_MS) return await loading;
      loading.catch(() => undefined);
      return entry.value;
    } catch (error) {
      if (!this.isOutage(error)) throw error;
      return entry.value;
    }
  }

  /** The next call looks it up. */
  forget(key: string): void {
    this.known.delete(key);
    this.unknown.delete(key);
  }

  private load(key: string, subject: string): Promise<Value | undefined> {
    const running = this.running.get(key);
    if (running) return running;
    const loading = this.loadInTime(key, subject).finally(() => this.running.delete(key));
    this.running.set(key, loading);
    return loading;
  }

  private async loadInTime(key: string, subject: string): Promise<Value | undefined> {
    const { load, now } = this.options;
    const loadedAt = now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new SlowLookupError()), DEADLINE_MS);
    });
    try {
      const value = await Promise.race([load(subject), late]);
      this.keep(key, { value, loadedAt });
      return value;
    } catch (error) {
      if (this.isOutage(error)) this.failedAt = now();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private isOutage(error: unknown): boolean {
    return error instanceof SlowLookupError || this.options.isOutage(error);
  }

  /** What was looked up last stays longest. */
  private keep(key: string, entry: Entry<Value>): void {
    this.forget(key);
    const [entries, bound] =
      entry.value === undefined ? [this.unknown, MAX_UNKNOWN] : [this.known, MAX_KNOWN];
    entries.set(key, entry);
    if (entries.size > bound) entries.delete(entries.keys().next().value ?? '');
  }
}
