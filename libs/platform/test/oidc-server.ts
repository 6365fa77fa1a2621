import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export const AUDIENCE = 'footfall';
export const CLIENT_ID = 'footfall-dashboard';
const CLIENT_SECRET = 'a secret of client and provider';

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

async function makeSigningKey(): Promise<SigningKey> {
  return { kid: randomUUID(), ...(await generateKeyPair('RS256', { extractable: true })) };
}

/** A small identity provider with real keys: discovery, JWKS, and the authorization code flow with PKCE. */
export class OidcServer {
  /** Claims of whoever logs in next. */
  person: JWTPayload = {};
  isDown = false;
  /** Requests for the keys. */
  keyFetches = 0;
  issuer = '';
  private readonly codes = new Map<string, URLSearchParams>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  private constructor(private key: SigningKey) {}

  static async start(): Promise<OidcServer> {
    const oidc = new OidcServer(await makeSigningKey());
    oidc.server.listen(0, '127.0.0.1');
    await once(oidc.server, 'listening');
    oidc.issuer = `http://127.0.0.1:${(oidc.server.address() as AddressInfo).port}`;
    return oidc;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** Settings of a Footfall that trusts this provider. */
  get settings() {
    return { OIDC_ISSUER: this.issuer, OIDC_AUDIENCE: AUDIENCE };
  }

  get loginSettings() {
    return {
      ...this.settings,
      OIDC_CLIENT_ID: CLIENT_ID,
      OIDC_CLIENT_SECRET: CLIENT_SECRET,
      OIDC_REDIRECT_URL: 'http://127.0.0.1/api/session/oidc/callback',
    };
  }

  /** Signs with another key from now on; the one before is not published any more. */
  async rotate(): Promise<void> {
    this.key = await makeSigningKey();
  }

  get publicKey(): CryptoKey {
    return this.key.publicKey;
  }

  /** A token as the provider would sign it, but for what is said otherwise. */
  sign(claims: JWTPayload = {}, { kid = this.key.kid, key = this.key.privateKey } = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const payload = { iss: this.issuer, aud: AUDIENCE, sub: 'jordan', iat: now, exp: now + 300, ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.issuer);
    if (this.isDown) return void response.destroy();
    if (url.pathname === '/authorize') return this.authorize(url.searchParams, response);
    const body = await this.bodyOf(url.pathname, request);
    response.writeHead(body ? 200 : 400, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: 'invalid_grant' }));
  }

  private async bodyOf(path: string, request: IncomingMessage): Promise<object | undefined> {
    if (path === '/.well-known/openid-configuration') return this.describe();
    if (path === '/keys') {
      this.keyFetches += 1;
      return {
        keys: [{ ...(await exportJWK(this.key.publicKey)), kid: this.key.kid, alg: 'RS256', use: 'sig' }],
      };
    }
    let text = '';
    for await (const chunk of request) text += chunk;
    return path === '/token' ? this.exchange(new URLSearchParams(text)) : undefined;
  }

  private describe() {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  /** Whoever comes is logged in at once. */
  private authorize(asked: URLSearchParams, response: ServerResponse): void {
    const code = randomUUID();
    this.codes.set(code, asked);
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.search = new URLSearchParams({ code, state: asked.get('state') ?? '' }).toString();
    response.writeHead(302, { location: back.href }).end();
  }

  private async exchange(given: URLSearchParams): Promise<object | undefined> {
    const asked = this.codes.get(given.get('code') ?? '');
    this.codes.delete(given.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url');
    if (!asked || challenge !== asked.get('code_challenge')) return undefined;
    if (given.get('client_secret') !== CLIENT_SECRET) return undefined;
    const nonce = asked.get('nonce') ?? '';
    return {
      token_type: 'Bearer',
      access_token: 'opaque',
      id_token: await this.sign({ aud: CLIENT_ID, nonce, ...this.person }),
    };
  }
}
