import { z } from 'zod';
import { InvalidConfigError, isLoopback, postgresUrl } from '../env.js';
import { SCOPES, type Scope } from './scopes.js';

/** Over HTTPS, but for loopback: what an identity provider says is believed. */
const secureUrl = () =>
  z.url({ protocol: /^https?$/, error: 'must be an https address.', abort: true }).refine((url) => {
    const { protocol, hostname } = new URL(url);
    return protocol === 'https:' || isLoopback(hostname);
  }, 'must be an https address.');

const scopeList = () =>
  z
    .string()
    .transform((text) => text.split(/[\s,]+/).filter(Boolean))
    .pipe(z.array(z.enum(SCOPES, `must list scopes among ${SCOPES.join(', ')}.`)));

/** Settings of processes that ask callers who they are by more than a key file. */
export const accessEnv = {
  /** Database of keys, sessions and the audit log, shared by all services; `DATABASE_URL` when unset. */
  ACCESS_DATABASE_URL: postgresUrl().optional(),
  /** Identity provider whose tokens are taken, as its tokens name it in `iss`. */
  OIDC_ISSUER: secureUrl().optional(),
  /** What tokens must be meant for (`aud`); unset: none are taken, logins only. */
  OIDC_AUDIENCE: z.string().min(1).optional(),
  /** The provider's keys; unset: as its discovery document says. */
  OIDC_JWKS_URL: secureUrl().optional(),
  /** Claim with the scopes: a list, or words in one text. Dots lead into objects. */
  OIDC_SCOPES_CLAIM: z.string().min(1).default('scope'),
  /** Claim with the user id. */
  OIDC_USER_CLAIM: z.string().min(1).default('sub'),
  /** Scopes of people whose tokens name none; unset: they may do nothing. */
  OIDC_DEFAULT_SCOPES: scopeList()
    .refine(
      (scopes) => !scopes.includes('admin'),
      'must not hold admin: an administrator is named by a claim.',
    )
    .optional(),
  /** By which the provider knows Footfall, for logins of browsers. */
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  /** Where the provider sends browsers back to: this system's public address with `/api/session/oidc/callback`. */
  OIDC_REDIRECT_URL: secureUrl().optional(),
  /** What a login asks the provider for. */
  OIDC_LOGIN_SCOPE: z.string().min(1).default('openid profile'),
} as const;

export type AccessEnv = z.output<z.ZodObject<typeof accessEnv>>;

/** An identity provider, and how its tokens are read. */
export interface OidcSettings {
  issuer: string;
  /** Undefined: no tokens are taken, logins only. */
  audience: string | undefined;
  jwksUrl: string | undefined;
  scopesClaim: string;
  userClaim: string;
  defaultScopes: readonly Scope[];
  login?: {
    clientId: string;
    clientSecret: string | undefined;
    redirectUrl: string;
    scope: string;
  };
}

/** Undefined without a provider. @throws InvalidConfigError when settings are missing that belong together. */
export function readOidcSettings(env: Partial<AccessEnv>): OidcSettings | undefined {
  const { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_CLIENT_ID: clientId } = env;
  const { OIDC_REDIRECT_URL: redirectUrl } = env;
  const problems: string[] = [];
  if (!issuer && (audience || clientId))
    problems.push('OIDC_ISSUER is missing beside the other OIDC settings.');
  if (issuer && !audience && !clientId)
    problems.push('OIDC_ISSUER needs OIDC_AUDIENCE, for tokens of callers, or OIDC_CLIENT_ID, for logins.');
  if (clientId && !redirectUrl) problems.push('OIDC_CLIENT_ID needs OIDC_REDIRECT_URL.');
  if (redirectUrl && !new URL(redirectUrl).pathname.endsWith('/api/session/oidc/callback'))
    problems.push('OIDC_REDIRECT_URL must end with /api/session/oidc/callback.');
  if (problems.length > 0) throw new InvalidConfigError(problems);
  if (!issuer) return undefined;
  return {
    issuer,
    audience,
    jwksUrl: env.OIDC_JWKS_URL,
    scopesClaim: env.OIDC_SCOPES_CLAIM ?? 'scope',
    userClaim: env.OIDC_USER_CLAIM ?? 'sub',
    defaultScopes: env.OIDC_DEFAULT_SCOPES ?? [],
    ...(clientId &&
      redirectUrl && {
        login: {
          clientId,
          clientSecret: env.OIDC_CLIENT_SECRET,
          redirectUrl,
          scope: env.OIDC_LOGIN_SCOPE ?? 'openid profile',
        },
      }),
  };
}
