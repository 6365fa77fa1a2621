import type { FastifyReply } from 'fastify';
import { SESSION_COOKIE } from './presented.js';
import type { NewSession } from './sessions.service.js';

/** Has the browser keep a session; `isSecure` when it came over HTTPS. */
export function keepSession(
  reply: FastifyReply,
  { token, expiresAt }: NewSession,
  { isSecure }: { isSecure: boolean },
): void {
  const maxAgeSeconds = Math.floor((expiresAt.getTime() - Date.now()) / 1_000);
  reply.header('Set-Cookie', `${cookie(token, maxAgeSeconds)}${isSecure ? '; Secure' : ''}`);
}

export function dropSession(reply: FastifyReply): void {
  reply.header('Set-Cookie', cookie('', 0));
}

function cookie(value: string, maxAgeSeconds: number): string {
  return `${SESSION_COOKIE}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Strict`;
}
