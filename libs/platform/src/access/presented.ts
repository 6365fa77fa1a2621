import { isIP } from 'node:net';
import type { Metadata } from '@grpc/grpc-js';
import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CrossSiteError, ForeignNameError } from './access.errors.js';
import type { Principal } from './principal.js';

export const SESSION_COOKIE = 'footfall_session';

/** What a caller shows to be let in. */
export interface Presented {
  /** From `Authorization: Bearer` or `X-API-Key`: a key, or a token of the identity provider. */
  key?: string | undefined;
  /** From the session cookie; a key counts before it. */
  session?: string | undefined;
}

type Headers = FastifyRequest['headers'];

export function presentedBy(context: ExecutionContext): Presented {
  if (context.getType() === 'http')
    return presentedIn(context.switchToHttp().getRequest<FastifyRequest>().headers);
  const metadata = context.switchToRpc().getContext<Metadata>();
  return { key: keyOf((name) => metadata.get(name)[0]?.toString()) };
}

export function presentedIn(headers: Headers): Presented {
  return { key: keyOf((name) => headers[name]?.toString()), session: readCookie(headers, SESSION_COOKIE) };
}

/** Cookies of this library hold letters, digits, "_", "-" and "." only. */
export function readCookie({ cookie = '' }: Headers, name: string): string | undefined {
  for (const pair of cookie.split(';')) {
    const [key, value] = pair.trim().split('=');
    if (key === name && value && /^[\w.-]{1,2000}$/.test(value)) return value;
  }
  return undefined;
}

function keyOf(read: (name: string) => string | undefined): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(read('authorization') ?? '') ?? [];
  return bearer ?? read('x-api-key');
}

const CHANGES_NOTHING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses, where nobody is asked who they are, every name but localhost: somebody else's name that leads here (DNS
 * rebinding) makes their page, for the browser, a page of this site, which may then read and change everything.
 * @throws ForeignNameError
 */
export function requireLocalName({ headers: { host } }: Pick<FastifyRequest, 'headers'>): void {
  if (host === undefined) return;
  const name = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, '') ?? '';
  if (name !== 'localhost' && !name.endsWith('.localhost') && isIP(name) === 0) throw new ForeignNameError();
}

/**
 * Refuses what a page of another site makes a browser send: a browser adds the cookie, or reaches a loopback address
 * that asks for none, by itself. Such a page cannot forge `Origin`, nor add a header of ours.
 * @throws CrossSiteError
 */
export function requireSameSite(
  { method, headers }: Pick<FastifyRequest, 'method' | 'headers'>,
  kind: Principal['kind'],
): void {
  if (CHANGES_NOTHING.has(method) || kind === 'key' || kind === 'oidc') return;
  if (headers.origin !== undefined && !isOwnOrigin(headers))
    throw new CrossSiteError('comes from a page of another site');
  if (kind === 'session' && headers.origin === undefined)
    throw new CrossSiteError('uses a session and does not say by Origin which page it comes from');
  if (kind === 'session' && headers['x-footfall-client'] === undefined)
    throw new CrossSiteError('uses a session and lacks the header X-Footfall-Client');
}

function isOwnOrigin({ origin = '', host }: Headers): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
