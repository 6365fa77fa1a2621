import { Inject, Injectable, Optional } from '@nestjs/common';
import * as client from 'openid-client';
import { principalOfClaims } from './oidc-claims.js';
import { OidcProvider } from './oidc-provider.js';
import { OidcTokens } from './oidc-tokens.service.js';
import type { Principal } from './principal.js';

/** What the browser keeps between the two halves of a login, so that nobody else's answer is taken for its own. */
export interface PendingLogin {
  state: string;
  nonce: string;
  verifier: string;
}

/** Logins by the identity provider: authorization code with PKCE. */
@Injectable()
export class OidcLogin {
  constructor(
    @Optional() @Inject(OidcProvider) private readonly provider: OidcProvider | undefined,
    private readonly tokens: OidcTokens,
  ) {}

  /** Where the provider sends browsers back to; undefined: there are no logins. */
  get redirectUrl(): string | undefined {
    return this.provider?.settings.login?.redirectUrl;
  }

  /** Where to send a browser that wants to log in. @throws IdentityProviderAwayError */
  async begin(): Promise<{ url: URL; pending: PendingLogin }> {
    const { provider, login } = this.getLogin();
    const pending = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const url = client.buildAuthorizationUrl(await provider.discover(), {
      redirect_uri: login.redirectUrl,
      scope: login.scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    });
    return { url, pending };
  }

  /**
   * Who has logged in, by the query with which the browser came back. The scopes are those of the access token where
   * that is one for us, else of the ID token. Rejects when the answer is not that of this login.
   */
  async finish(query: string, { state, nonce, verifier }: PendingLogin): Promise<Principal> {
    const { provider, login } = this.getLogin();
    const answered = new URL(login.redirectUrl);
    answered.search = query;
    const answer = await client.authorizationCodeGrant(await provider.discover(), answered, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    });
    const { access_token: token } = answer;
    const byToken = this.tokens.isToken(token) ? await this.tokens.find(token) : undefined;
    return byToken ?? principalOfClaims(answer.claims() ?? {}, provider.settings);
  }

  private getLogin() {
    const { provider } = this;
    if (!provider?.settings.login) throw new Error('there are no logins by an identity provider');
    return { provider, login: provider.settings.login };
  }
}
