import type { Metadata } from '@grpc/grpc-js';
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { setPrincipal } from '../request-context.js';
import { ScopeNeededError, ServiceKeyNeededError } from './access.errors.js';
import { Credentials } from './credentials.service.js';
import type { Principal } from './principal.js';
import { holdsScope, isUserScoped, neededScopeOf, type Scope } from './scopes.js';

/** Lets a call through that its caller may make, the same over HTTP headers and gRPC metadata. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly credentials: Credentials) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = neededScopeOf(context.getHandler(), context.getClass());
    if (needed === 'public') return true;
    const principal = await this.credentials.identify({ key: presentedKey(context) });
    requireAccess(principal, {
      needed,
      isUserScoped: isUserScoped(context.getHandler(), context.getClass()),
    });
    setPrincipal(context, principal);
    return true;
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
