import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { CodedError } from '../coded-error.js';
import { isLoopback } from '../env.js';
import type { OidcSettings } from './access-env.js';

/** Longest that the provider may take to answer, s. */
const TIMEOUT_SECONDS = 3;
/** How often an unknown key has the provider's keys fetched anew, at most, ms. */
const COOLDOWN_MS = 10_000;
/** How far the provider's clock may be ahead or behind, s. */
const TOLERANCE_SECONDS = 5;
/** Signatures by a pair of keys only: with a shared secret, or none, anybody could sign who reads the public keys. */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA'.split(' ');

/** The provider, or its keys, cannot be had: it is not known whether a token is good. */
export class IdentityProviderAwayError extends CodedError {
  constructor(cause: unknown) {
    super({
      code: 'identity_provider_away',
      kind: 'unavailable',
      message: 'The identity provider cannot be reached right now; try again in a moment.',
      retryAfterSeconds: 2,
      cause,
    });
  }
}

/** The identity provider that OIDC_ISSUER names. It is asked when it is first needed, so that the start needs none. */
export class OidcProvider {
  private discovered: Promise<client.Configuration> | undefined;
  private keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  constructor(
    readonly settings: OidcSettings,
    private readonly cooldownMs = COOLDOWN_MS,
  ) {}

  /**
   * The claims of a token that the provider has signed, for this audience, and whose time is now. Undefined: it is none.
   * @throws IdentityProviderAwayError
   */
  async verify(token: string, now: number): Promise<JWTPayload | undefined> {
    const { issuer, audience } = this.settings;
    if (audience === undefined) return undefined;
    const keys = await this.getKeys();
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(now),
      });
      return payload;
    } catch (error) {
      if (isAboutToken(error)) return undefined;
      throw new IdentityProviderAwayError(error);
    }
  }

  /** @throws IdentityProviderAwayError */
  async discover(): Promise<client.Configuration> {
    this.discovered ??= this.askProvider();
    try {
      return await this.discovered;
    } catch (cause) {
      this.discovered = undefined;
      throw new IdentityProviderAwayError(cause);
    }
  }

  private askProvider(): Promise<client.Configuration> {
    const { issuer, audience = '', login } = this.settings;
    const isPlain = isLoopback(new URL(issuer).hostname);
    return client.discovery(new URL(issuer), login?.clientId ?? audience, login?.clientSecret, undefined, {
      execute: [client.enableNonRepudiationChecks, ...(isPlain ? [client.allowInsecureRequests] : [])],
      timeout: TIMEOUT_SECONDS,
    });
  }

  private async getKeys() {
    if (this.keys) return this.keys;
    const url = this.settings.jwksUrl ?? (await this.discover()).serverMetadata().jwks_uri;
    if (url === undefined) throw new IdentityProviderAwayError(new Error('its discovery names no jwks_uri'));
    this.keys ??= createRemoteJWKSet(new URL(url), {
      timeoutDuration: TIMEOUT_SECONDS * 1_000,
      cooldownDuration: this.cooldownMs,
    });
    return this.keys;
  }
}

/** Whatever else goes wrong says nothing of the token: its keys could not be fetched or read. */
function isAboutToken(error: unknown): boolean {
  return [
    errors.JWTClaimValidationFailed,
    errors.JWTExpired,
    errors.JWTInvalid,
    errors.JWSInvalid,
    errors.JWSSignatureVerificationFailed,
    errors.JOSEAlgNotAllowed,
    errors.JOSENotSupported,
    errors.JWKSNoMatchingKey,
    errors.JWKSMultipleMatchingKeys,
  ].some((kind) => error instanceof kind);
}
