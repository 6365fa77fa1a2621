import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { setPrincipal } from '../request-context.js';
import { ScopeNeededError, ServiceKeyNeededError } from './access.errors.js';
import { Credentials } from './credentials.service.js';
import { presentedBy, requireLocalName, requireSameSite } from './presented.js';
import type { Principal } from './principal.js';
import { holdsScope, isUserScoped, neededScopeOf, type Scope } from './scopes.js';

/** Lets a call through that its caller may make, the same over HTTP headers and gRPC metadata. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly credentials: Credentials) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const needed = neededScopeOf(context.getHandler(), context.getClass());
    if (needed === 'public') return true;
    const principal = await this.credentials.identify(presentedBy(context));
    if (context.getType() === 'http') {
      const request = context.switchToHttp().getRequest<FastifyRequest>();
      if (principal.kind === 'anonymous') requireLocalName(request);
      requireSameSite(request, principal.kind);
    }
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
