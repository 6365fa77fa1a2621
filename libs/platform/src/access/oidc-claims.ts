import { CodedError } from '../coded-error.js';
import type { OidcSettings } from './access-env.js';
import type { Principal } from './principal.js';
import { SCOPES, type Scope } from './scopes.js';

const USER_ID = /^[A-Za-z0-9._:-]{1,100}$/;

export class UnusableTokenError extends CodedError {
  constructor(message: string) {
    super({ code: 'unusable_token', kind: 'forbidden', message });
  }
}

type Claims = Readonly<Record<string, unknown>>;
type ClaimSettings = Pick<OidcSettings, 'scopesClaim' | 'userClaim' | 'defaultScopes'>;

/**
 * Whom the claims of a token, which was found valid, speak of. Who does not act for everybody by the scope admin acts for
 * one user: nobody slips into everybody's data by a claim that is missing.
 * @throws UnusableTokenError
 */
export function principalOfClaims(claims: Claims, settings: ClaimSettings): Principal {
  const named = scopesIn(readClaim(claims, settings.scopesClaim));
  const scopes = named.length > 0 ? named : settings.defaultScopes;
  if (scopes.length === 0)
    throw new UnusableTokenError(
      `Your token names none of Footfall's scopes in ${settings.scopesClaim}: ask who runs the identity provider.`,
    );
  const id = String(claims.sub ?? '');
  const name = [claims.name, claims.preferred_username, claims.email].find(isText) ?? id;
  if (scopes.includes('admin')) return { kind: 'oidc', id, name, scopes };
  const userId = readClaim(claims, settings.userClaim);
  if (typeof userId !== 'string' || !USER_ID.test(userId))
    throw new UnusableTokenError(
      `Your token holds no user id in ${settings.userClaim}: 1 to 100 characters of letters, digits, ".", "_", ":" and "-".`,
    );
  return { kind: 'oidc', id, name, userId, scopes };
}

/** A claim of this very name, or, by dots, inside others: `realm_access.roles`. */
function readClaim(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name];
  return name
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as Claims)[key]
          : undefined,
      claims,
    );
}

function scopesIn(claim: unknown): Scope[] {
  const words = typeof claim === 'string' ? claim.split(/\s+/) : Array.isArray(claim) ? claim : [];
  return SCOPES.filter((scope) => words.includes(scope));
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
