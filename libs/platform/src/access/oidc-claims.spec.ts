import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { accessEnv, readOidcSettings } from './access-env.js';
import { principalOfClaims } from './oidc-claims.js';

const SETTINGS = { scopesClaim: 'scope', userClaim: 'sub', defaultScopes: [] };

describe('the claims of a token', () => {
  it.each([
    ['a text of words', 'scope', { scope: 'openid links:read  analytics:read' }],
    ['a list', 'permissions', { permissions: ['links:read', 'analytics:read', 7, null] }],
    ['a list inside objects', 'realm.roles', { realm: { roles: ['links:read', 'analytics:read'] } }],
    [
      'a name with dots',
      'https://x.example/roles',
      { 'https://x.example/roles': ['links:read', 'analytics:read'] },
    ],
  ])('name scopes in %s', (_what, scopesClaim, claims) => {
    expect(principalOfClaims({ sub: 'jordan', ...claims }, { ...SETTINGS, scopesClaim }).scopes).toEqual([
      'links:read',
      'analytics:read',
    ]);
  });

  it('name the user where the settings say', () => {
    const claims = { sub: 'auth0|1', username: 'jordan', scope: 'links:read' };
    expect(principalOfClaims(claims, { ...SETTINGS, userClaim: 'username' })).toMatchObject({
      id: 'auth0|1',
      userId: 'jordan',
    });
  });

  it('get the scopes of everybody when they name none, and only then', () => {
    const settings = { ...SETTINGS, defaultScopes: ['links:write' as const] };
    expect(principalOfClaims({ sub: 'jordan' }, settings).scopes).toEqual(['links:write']);
    expect(principalOfClaims({ sub: 'jordan', scope: 'links:read' }, settings).scopes).toEqual([
      'links:read',
    ]);
  });

  it('never open everybody’s data but by the scope admin', () => {
    const value = fc.oneof(
      fc.string(),
      fc.jsonValue(),
      fc.constantFrom('links:read', ['links:read'], 'Admin', ' '),
    );
    const claims = fc.dictionary(fc.constantFrom('sub', 'scope', 'name', '__proto__'), value);
    fc.assert(
      fc.property(claims, (given) => {
        try {
          const { userId, scopes } = principalOfClaims(given, SETTINGS);
          expect(userId === undefined).toBe(scopes.includes('admin'));
        } catch (error) {
          expect(error).toMatchObject({ code: 'unusable_token' });
        }
      }),
    );
  });
});

describe('the settings of an identity provider', () => {
  const issuer = { OIDC_ISSUER: 'https://id.example' };
  const client = { OIDC_CLIENT_ID: 'footfall' };

  it.each([
    [{ OIDC_AUDIENCE: 'footfall' }, 'OIDC_ISSUER'],
    [client, 'OIDC_ISSUER'],
    [issuer, 'OIDC_AUDIENCE'],
    [{ ...issuer, ...client }, 'OIDC_REDIRECT_URL'],
    [{ ...issuer, ...client, OIDC_REDIRECT_URL: 'https://x.example/' }, '/api/session/oidc/callback'],
  ])('%j are refused', (env, problem) => {
    expect(() => readOidcSettings(env)).toThrow(problem);
  });

  it('are none when nothing is set', () => {
    expect(readOidcSettings({})).toBeUndefined();
  });

  it.each([
    ['OIDC_ISSUER', 'http://id.example', false],
    ['OIDC_ISSUER', 'http://127.0.0.1:9000', true],
    ['OIDC_JWKS_URL', 'http://id.example/keys', false],
    ['OIDC_DEFAULT_SCOPES', 'links:read, links:write', true],
    ['OIDC_DEFAULT_SCOPES', 'admin', false],
    ['OIDC_DEFAULT_SCOPES', 'everything', false],
  ])('take %s=%s: %s', (name, value, isTaken) => {
    expect(z.object(accessEnv).safeParse({ [name]: value }).success).toBe(isTaken);
  });
});
