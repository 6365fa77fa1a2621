import { Inject, Injectable, Optional } from '@nestjs/common';
import { AccessClock } from './access-clock.js';
import { hashKey } from './key-file.js';
import { LookupCache } from './lookup-cache.js';
import { principalOfClaims } from './oidc-claims.js';
import { IdentityProviderAwayError, OidcProvider } from './oidc-provider.js';
import type { Principal } from './principal.js';

const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

interface KnownToken {
  principal: Principal;
  endsAt: number;
}

/** Callers who show a token of the identity provider in place of a key. */
@Injectable()
export class OidcTokens {
  private readonly known: LookupCache<KnownToken>;

  constructor(
    @Optional() @Inject(OidcProvider) private readonly provider: OidcProvider | undefined,
    private readonly clock: AccessClock,
  ) {
    this.known = new LookupCache({
      load: (token) => this.verify(token),
      isOutage: (error) => error instanceof IdentityProviderAwayError,
      now: () => clock.now(),
    });
  }

  /** Whether there is an identity provider. */
  get isOn(): boolean {
    return this.provider !== undefined;
  }

  /** Whether it has the form of a token, and tokens are taken. */
  isToken(text: string): boolean {
    return this.provider?.settings.audience !== undefined && JWT.test(text);
  }

  /** Undefined for tokens that are not good now. @throws IdentityProviderAwayError, UnusableTokenError */
  async find(token: string): Promise<Principal | undefined> {
    const known = await this.known.find(hashKey(token), token);
    return known && known.endsAt > this.clock.now() ? known.principal : undefined;
  }

  private async verify(token: string): Promise<KnownToken | undefined> {
    const claims = await this.provider?.verify(token, this.clock.now());
    if (!claims || !this.provider) return undefined;
    const principal = principalOfClaims(claims, this.provider.settings);
    return { principal, endsAt: (claims.exp ?? 0) * 1_000 };
  }
}
