import { Inject, Injectable, Optional } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Counter } from 'prom-client';
import type { DataSource } from 'typeorm';
import { ACCESS_DATABASE } from '../access/access-database.js';
import type { Principal } from '../access/principal.js';
import { networkOf } from '../client-address.js';
import { CodedError } from '../coded-error.js';
import { Metrics } from '../metrics.js';
import { type Allowance, CallLimit } from './call-limit.js';

/** Keys and passwords that one address may get wrong a minute; then it is refused before any is looked at. */
export const WRONG_KEYS_PER_MINUTE = 20;

/** Addresses that are refused; beyond, the one that was refused first is forgotten. */
const MAX_REFUSED = 10_000;

/** Calls a minute; 0: not limited. */
export interface RateLimitOptions {
  perCaller: number;
  /** 0: wrong keys are not limited either. */
  perAddress: number;
}

/** Injection token of {@link RateLimitOptions}. */
export const RATE_LIMIT_OPTIONS = Symbol('RATE_LIMIT_OPTIONS');

export class RateLimitedError extends CodedError {
  constructor(limit: string, retryAfterSeconds: number) {
    super({
      code: 'rate_limited',
      kind: 'rate_limited',
      message: `Too many ${limit}: come back in ${retryAfterSeconds} s.`,
      retryAfterSeconds,
    });
  }
}

/** A limit that a call was counted against. */
export interface Counted extends Allowance {
  name: string;
  perMinute: number;
}

/** How often a caller and an address may call, and how often an address may be wrong about who it is. */
@Injectable()
export class RateLimits {
  private readonly callers: CallLimit | undefined;
  private readonly addresses: CallLimit | undefined;
  private readonly wrongKeys: CallLimit | undefined;
  /** Until when, ms. */
  private readonly refused = new Map<string, number>();
  private readonly limited: Counter;

  constructor(
    @Inject(RATE_LIMIT_OPTIONS) { perCaller, perAddress }: RateLimitOptions,
    @Optional() @Inject(ACCESS_DATABASE) database: DataSource | undefined,
    logger: PinoLogger,
    metrics: Metrics,
  ) {
    const onAway = (err: unknown) =>
      logger.warn({ err }, 'calls cannot be counted together, this process counts alone for a while');
    const limit = (name: string, perMinute: number) =>
      perMinute > 0 ? new CallLimit({ name, perMinute, database, onAway }) : undefined;
    this.callers = limit('caller', perCaller);
    this.addresses = limit('address', perAddress);
    this.wrongKeys = limit('wrong_key', perAddress > 0 ? WRONG_KEYS_PER_MINUTE : 0);
    this.limited = new Counter({
      name: 'footfall_rate_limited_total',
      help: 'Calls refused because a caller or an address called too often, or was wrong about its key too often',
      labelNames: ['limit'],
      registers: [metrics.registry],
    });
  }

  /** Counts a call against every limit that holds for it. */
  async take(call: { principal: Principal | undefined; address: string | undefined }): Promise<Counted[]> {
    const { principal, address } = call;
    const taken = [
      principal && this.callers && this.count(this.callers, `${principal.kind}:${principal.id}`),
      address && this.addresses && this.count(this.addresses, networkOf(address)),
    ];
    return (await Promise.all(taken)).filter((counted) => typeof counted === 'object');
  }

  /** @throws RateLimitedError for calls past a limit. */
  requireAllowed(counted: readonly Counted[]): void {
    const over = counted.find(({ isAllowed }) => !isAllowed);
    if (!over) return;
    this.limited.inc({ limit: over.name });
    throw new RateLimitedError('calls', Math.max(over.resetSeconds, 1));
  }

  /** Somebody there was wrong about who they are. */
  async countWrongKey(address: string | undefined): Promise<void> {
    if (!address || !this.wrongKeys) return;
    const { isAllowed, remaining, resetSeconds } = await this.wrongKeys.take(networkOf(address));
    if (isAllowed && remaining > 0) return;
    const [first] = this.refused.keys();
    if (this.refused.size >= MAX_REFUSED && first !== undefined) this.refused.delete(first);
    this.refused.set(networkOf(address), Date.now() + resetSeconds * 1_000);
  }

  /** @throws RateLimitedError while too many wrong keys came from there. */
  requireNotRefused(address: string | undefined): void {
    const until = address && this.refused.get(networkOf(address));
    if (!address || !until) return;
    const seconds = Math.ceil((until - Date.now()) / 1_000);
    if (seconds <= 0) {
      this.refused.delete(networkOf(address));
      return;
    }
    this.limited.inc({ limit: 'wrong_key' });
    throw new RateLimitedError('wrong keys', seconds);
  }

  private async count(limit: CallLimit, who: string): Promise<Counted> {
    return { name: limit.name, perMinute: limit.perMinute, ...(await limit.take(who)) };
  }
}
