import type { Metadata } from '@grpc/grpc-js';
import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { setPrincipal } from '../request-context.js';
import {
  MissingApiKeyError,
  ScopeNeededError,
  ServiceKeyNeededError,
  WrongApiKeyError,
} from './access.errors.js';
import { hashKey } from './key-file.js';
import { ANYBODY, type Principal } from './principal.js';
import { holdsScope, isUserScoped, neededScopeOf, type Scope } from './scopes.js';

/** Injection token of the callers by the hashes of their keys, see `readKeyFile`. */
export const KEY_FILE = Symbol('KEY_FILE');

/** Lets a call through that its caller may make, the same over HTTP headers and gRPC metadata. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(@Inject(KEY_FILE) private readonly keys: ReadonlyMap<string, Principal>) {}

  canActivate(context: ExecutionContext): boolean {
    const needed = neededScopeOf(context.getHandler(), context.getClass());
    if (needed === 'public') return true;
    const principal = this.identify(context);
    requireAccess(principal, {
      needed,
      isUserScoped: isUserScoped(context.getHandler(), context.getClass()),
    });
    setPrincipal(context, principal);
    return true;
  }

  private identify(context: ExecutionContext): Principal {
    if (this.keys.size === 0) return ANYBODY;
    const key = presentedKey(context);
    if (!key) throw new MissingApiKeyError();
    const known = this.keys.get(hashKey(key));
    if (!known) throw new WrongApiKeyError();
    return known;
  }
}

/** @throws CodedError when the caller may not make a call that needs this. */
export function requireAccess(
  principal: Principal,
  call: { needed: Scope | undefined; isUserScoped: boolean },
): void {
  const needed = call.needed ?? 'admin';
  if (!holdsScope(principal.scopes, needed)) throw new ScopeNeededError(needed, principal.scopes);
  if (principal.userId !== undefined && !call.isUserScoped) throw new ServiceKeyNeededError();
}

function presentedKey(context: ExecutionContext): string | undefined {
  const read = headerReader(context);
  const [, bearer] = /^Bearer +(\S+)$/i.exec(read('authorization') ?? '') ?? [];
  return bearer ?? read('x-api-key');
}

function headerReader(context: ExecutionContext): (name: string) => string | undefined {
  if (context.getType() === 'http') {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    return (name) => headers[name]?.toString();
  }
  const metadata = context.switchToRpc().getContext<Metadata>();
  return (name) => metadata.get(name)[0]?.toString();
}
