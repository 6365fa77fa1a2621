import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { type TestDatabase, testDatabase } from '#testing';
import { type GuardedService, startGuarded } from '../../test/guarded-service.js';
import { OidcServer } from '../../test/oidc-server.js';
import { type AccessEnv, readOidcSettings } from './access-env.js';
import { IdentityProviderAwayError, OidcProvider } from './oidc-provider.js';

const HOUR_S = 3_600;
const nowS = () => Math.floor(Date.now() / 1_000);

let oidc: OidcServer;
beforeAll(async () => {
  oidc = await OidcServer.start();
});
afterAll(() => oidc?.stop());
afterEach(() => {
  oidc.isDown = false;
});

function providerWith(env: Partial<AccessEnv> = {}, cooldownMs = 0): OidcProvider {
  const settings = readOidcSettings({ ...oidc.settings, ...env });
  if (!settings) throw new Error('there is no provider');
  return new OidcProvider(settings, cooldownMs);
}

describe('tokens of the identity provider', () => {
  let provider: OidcProvider;
  beforeEach(() => {
    provider = providerWith();
  });
  const verify = (token: string) => provider.verify(token, Date.now());

  it('are taken when they are signed by it, for us, and current', async () => {
    expect(await verify(await oidc.sign())).toMatchObject({ sub: 'jordan' });
    expect(await verify(await oidc.sign({ aud: ['others', 'footfall'] }))).toMatchObject({ sub: 'jordan' });
  });

  it.each([
    ['meant for somebody else', { aud: 'another-service' }],
    ['meant for nobody', { aud: undefined }],
    ['of another provider', { iss: 'https://evil.example' }],
    ['that is over', { exp: nowS() - 10 }],
    ['that does not end', { exp: undefined }],
    ['that has not begun', { nbf: nowS() + HOUR_S }],
    ['of nobody', { sub: undefined }],
  ])('are none when one is %s', async (_what, claims) => {
    expect(await verify(await oidc.sign(claims))).toBeUndefined();
  });

  it('are none when nobody, or somebody else, has signed', async () => {
    const claims = { iss: oidc.issuer, aud: 'footfall', sub: 'jordan', exp: nowS() + HOUR_S, scope: 'admin' };
    const { privateKey } = await generateKeyPair('RS256');
    const signedByOther = await oidc.sign({ scope: 'admin' }, { key: privateKey });
    // The public key, which everybody has, as the secret of a symmetric signature.
    const secret = new TextEncoder().encode(await exportSPKI(oidc.publicKey));
    const confused = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret);
    const [header, , signature] = (await oidc.sign()).split('.');
    const changed = [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
    for (const forged of [new UnsecuredJWT(claims).encode(), signedByOther, confused, changed, 'a.b.c', '..'])
      expect(await verify(forged)).toBeUndefined();
  });

  it('are none with a key that the provider does not publish, and taken by the next one that it does', async () => {
    expect(await verify(await oidc.sign({}, { kid: 'unknown' }))).toBeUndefined();
    const before = await oidc.sign();
    expect(await verify(before)).toMatchObject({ sub: 'jordan' });
    await oidc.rotate();
    expect(await verify(await oidc.sign())).toMatchObject({ sub: 'jordan' });
    expect(await verify(before)).toBeUndefined();
  });

  it('have the keys fetched at most once in a while, whatever keys they name', async () => {
    provider = providerWith({}, 60_000);
    await verify(await oidc.sign());
    const before = oidc.keyFetches;
    for (let guess = 0; guess < 5; guess++) await verify(await oidc.sign({}, { kid: `guess-${guess}` }));
    expect(oidc.keyFetches).toBe(before);
  });

  it('cannot be judged without the provider’s keys, and are judged by those that were fetched', async () => {
    oidc.isDown = true;
    await expect(verify(await oidc.sign())).rejects.toThrow(IdentityProviderAwayError);
    oidc.isDown = false;
    expect(await verify(await oidc.sign())).toMatchObject({ sub: 'jordan' });
    oidc.isDown = true;
    expect(await verify(await oidc.sign())).toMatchObject({ sub: 'jordan' });
  });

  it('are judged by keys of OIDC_JWKS_URL, without any discovery', async () => {
    provider = providerWith({ OIDC_JWKS_URL: `${oidc.issuer}/keys` });
    expect(await verify(await oidc.sign())).toMatchObject({ sub: 'jordan' });
  });

  it('are none at all without an audience', async () => {
    provider = providerWith({ ...oidc.loginSettings, OIDC_AUDIENCE: undefined });
    expect(await verify(await oidc.sign())).toBeUndefined();
  });
});

describe('a system with an identity provider', () => {
  let database: TestDatabase;
  let service: GuardedService;
  beforeAll(async () => {
    database = await testDatabase();
    service = await startGuarded({ ...oidc.loginSettings, DATABASE_URL: database.url, HOST: '0.0.0.0' });
  });
  afterAll(async () => {
    await service?.stop();
    await database?.drop();
  });
  const as = async (claims: object, route = 'GET /sample/read') =>
    service.call(route, { headers: { authorization: `Bearer ${await oidc.sign({ ...claims })}` } });

  it('asks everybody who they are, though there is no key', async () => {
    expect((await service.call('GET /sample/read')).body.code).toBe('missing_api_key');
    expect((await service.call('GET /api/session')).body).toEqual({
      required: true,
      principal: null,
      oidc: { login_url: '/api/session/oidc/start' },
    });
  });

  it('lets people do what their scopes say, with what is theirs', async () => {
    expect((await as({ scope: 'openid links:read', name: 'Jordan Avery' })).body).toEqual({
      kind: 'oidc',
      id: 'jordan',
      name: 'Jordan Avery',
      userId: 'jordan',
      scopes: ['links:read'],
    });
    expect((await as({ scope: 'links:read' }, 'POST /sample/write')).body.code).toBe('scope_needed');
    expect((await as({ scope: 'links:read' }, 'GET /sample/everybody')).body.code).toBe('service_key_needed');
  });

  it('makes administrators by the claim alone', async () => {
    expect((await as({ scope: ['admin'] }, 'GET /sample/everybody')).body).toMatchObject({
      scopes: ['admin'],
    });
    const made = await service.call('POST /api/keys', {
      headers: { authorization: `Bearer ${await oidc.sign({ scope: 'admin', name: 'Kim' })}` },
      body: { name: 'by Kim', user_id: 'jordan' },
    });
    expect(made.body).toMatchObject({ created_by: 'Kim' });
    expect((await as({ sub: 'admin', scope: 'links:read' }, 'GET /api/keys')).status).toBe(403);
  });

  it.each([
    ['no scope', { scope: 'openid' }],
    ['no user id', { sub: 'auth0|jordan', scope: 'links:read' }],
  ])('refuses good tokens with %s', async (_what, claims) => {
    expect((await as(claims)).body).toMatchObject({ code: 'unusable_token' });
  });

  it('refuses tokens that are none, as tokens and over X-API-Key alike', async () => {
    const over = await oidc.sign({ exp: nowS() - HOUR_S, scope: 'admin' });
    const ways: Record<string, string>[] = [{ authorization: `Bearer ${over}` }, { 'x-api-key': over }];
    for (const headers of ways) {
      const refused = await service.call('GET /sample/read', { headers });
      expect([refused.status, refused.body.code]).toEqual([401, 'wrong_token']);
    }
  });

  it('lets in whoever it has just known while the provider is away, until the token is over', async () => {
    const token = await oidc.sign({ scope: 'links:read' });
    const headers = { authorization: `Bearer ${token}` };
    expect((await service.call('GET /sample/read', { headers })).status).toBe(200);
    oidc.isDown = true;
    service.pass(60_000);
    expect((await service.call('GET /sample/read', { headers })).status).toBe(200);
    service.pass(250_000);
    expect((await service.call('GET /sample/read', { headers })).status).toBe(401);
    service.pass(-310_000);
  });

  /** The browser's way: to the provider, and back with its cookies. */
  async function logIn({
    changeCallback = (url: string) => url,
    cookie = undefined as string | undefined,
  } = {}) {
    const begun = await service.call('GET /api/session/oidc/start');
    const pending = begun.headers.get('set-cookie') ?? '';
    const atProvider = await fetch(begun.headers.get('location') ?? '', { redirect: 'manual' });
    const back = new URL(atProvider.headers.get('location') ?? '');
    const answer = await service.call(`GET ${changeCallback(`${back.pathname}${back.search}`)}`, {
      headers: { cookie: cookie ?? pending.split(';')[0] ?? '' },
    });
    const cookies = answer.headers.getSetCookie();
    return { begun, pending, answer, location: answer.headers.get('location'), cookies };
  }

  it('logs browsers in by the provider', async () => {
    oidc.person = { scope: 'links:read links:write', name: 'Jordan Avery' };
    const { begun, pending, location, cookies, answer } = await logIn();
    expect(begun.status).toBe(302);
    expect(pending).toMatch(
      /^footfall_login=[\w.-]+; Path=\/api\/session\/oidc; Max-Age=600; HttpOnly; SameSite=Lax$/,
    );
    expect([answer.status, location]).toEqual([302, '/']);
    expect(cookies[0]).toMatch(/^footfall_login=; .*Max-Age=0/);
    expect(cookies[1]).toMatch(
      /^footfall_session=[\w-]{43}; Path=\/; Max-Age=43\d{3}; HttpOnly; SameSite=Strict$/,
    );
    const cookie = cookies[1]?.split(';')[0] ?? '';
    expect((await service.call('GET /sample/read', { headers: { cookie } })).body).toMatchObject({
      kind: 'session',
      name: 'Jordan Avery',
      userId: 'jordan',
      scopes: ['links:read', 'links:write'],
    });
  });

  it.each([
    ['began no login', { cookie: 'footfall_login=' }],
    [
      'began another login',
      { cookie: `footfall_login=${['x', 'y', 'z'].map((c) => c.repeat(43)).join('.')}` },
    ],
    ['brings another state', { changeCallback: (url: string) => url.replace(/state=[^&]+/, 'state=other') }],
    ['brings another code', { changeCallback: (url: string) => url.replace(/code=[^&]+/, 'code=other') }],
    ['brings nothing', { changeCallback: (url: string) => url.split('?')[0] ?? '' }],
  ])('logs nobody in who %s', async (_what, options) => {
    oidc.person = { scope: 'admin' };
    const { location, cookies } = await logIn(options);
    expect(location).toBe('/?login_error=failed');
    expect(cookies.join()).not.toContain('footfall_session');
  });

  it('logs nobody in with an answer that was meant for another login', async () => {
    oidc.person = { scope: 'admin', nonce: 'of another login' };
    expect((await logIn()).location).toBe('/?login_error=failed');
  });

  it('says why somebody is not logged in', async () => {
    oidc.person = { scope: 'openid' };
    expect((await logIn()).location).toBe('/?login_error=not_allowed');
    const denied = (url: string) => url.replace(/code=[^&]+/, 'error=access_denied');
    expect((await logIn({ changeCallback: denied })).location).toBe('/?login_error=denied');
  });
});

it('says that the provider is away when somebody wants to log in', async () => {
  const database = await testDatabase();
  const service = await startGuarded({ ...oidc.loginSettings, DATABASE_URL: database.url });
  oidc.isDown = true;
  try {
    const refused = await service.call('GET /api/session/oidc/start');
    expect([refused.status, refused.body.code]).toEqual([503, 'identity_provider_away']);
    expect((await service.call('GET /sample/open')).status).toBe(200);
  } finally {
    await service.stop();
    await database.drop();
  }
});
