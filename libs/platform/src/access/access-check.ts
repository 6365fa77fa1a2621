import { Inject, Injectable, type OnModuleInit, type Type } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { InvalidConfigError, isLoopback } from '../env.js';
import { KnownKeys } from './known-keys.service.js';
import { OidcTokens } from './oidc-tokens.service.js';
import { type CallDescription, describeCalls } from './scopes.js';

/** Injection token of the address that is listened on. */
export const LISTENING_HOST = Symbol('LISTENING_HOST');

/**
 * Keeps a process from starting that would let in whom it should not: one with a call of which nobody said who may make
 * it, and one that a network can reach while nobody is asked for a key.
 */
@Injectable()
export class AccessCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly keys: KnownKeys,
    private readonly tokens: OidcTokens,
    @Inject(LISTENING_HOST) private readonly host: string,
  ) {}

  async onModuleInit(): Promise<void> {
    const calls = this.describe();
    const forgotten = calls.filter(({ scope }) => scope === undefined).map(({ id }) => id);
    if (forgotten.length > 0)
      throw new Error(
        `Say who may call ${forgotten.join(', ')}: mark it or its controller with @Scopes() or @Public().`,
      );
    const isGuarded = isLoopback(this.host) || calls.every(({ scope }) => scope === 'public');
    if (!isGuarded && !this.tokens.isOn && !(await this.keys.holdsAdmin()))
      throw new OpenToNetworkError(this.host);
  }

  /** Every call of this process. */
  describe(): CallDescription[] {
    const controllers = this.discovery.getControllers().flatMap(({ metatype }) => metatype ?? []);
    return describeCalls(controllers as Type[]);
  }
}

class OpenToNetworkError extends InvalidConfigError {
  constructor(host: string) {
    super([
      `HOST is ${host}, which others can reach, but nobody could be asked for a key. Do one of these: make a first key in the database with "npm run keys -- bootstrap", make a file of keys with "npm run keys -- add <name>" and set API_KEYS_FILE, let an identity provider vouch for callers by OIDC_ISSUER and OIDC_AUDIENCE, or leave HOST at 127.0.0.1.`,
    ]);
  }
}
