import type { ServerUnaryCall } from '@grpc/grpc-js';
import {
  type ArgumentsHost,
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Credentials } from '../access/credentials.service.js';
import { normaliseAddress, type ReadClient } from '../client-address.js';
import { isLoopback } from '../env.js';
import { principalOf } from '../request-context.js';
import { WINDOW_SECONDS } from './call-limit.js';
import { type Counted, RateLimits } from './rate-limits.service.js';
import { isUnlimited } from './unlimited.js';

/** Injection token of how a client's address is read. */
export const READ_CLIENT = Symbol('READ_CLIENT');

/** Stands before anything else looks at a key: an address that was wrong too often is not asked again for a while. */
@Injectable()
export class WrongKeysGuard implements CanActivate {
  constructor(
    private readonly limits: RateLimits,
    @Inject(READ_CLIENT) private readonly readClient: ReadClient,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (!isUnlimited(context)) this.limits.requireNotRefused(addressOf(context, this.readClient));
    return true;
  }
}

/**
 * Counts a call once its caller is known, and says over HTTP what is left (draft-ietf-httpapi-ratelimit-headers). Nobody
 * is counted while no key is asked for; nor are services over gRPC, which is how they call each other.
 */
@Injectable()
export class RateLimitGuard implements CanActivate {
  constructor(
    private readonly limits: RateLimits,
    private readonly credentials: Credentials,
    @Inject(READ_CLIENT) private readonly readClient: ReadClient,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (isUnlimited(context) || !(await this.credentials.isRequired())) return true;
    const principal = principalOf(context);
    const isHttp = context.getType() === 'http';
    if (!isHttp && principal?.userId === undefined) return true;
    const counted = await this.limits.take({ principal, address: addressOf(context, this.readClient) });
    if (isHttp) tellLimits(context.switchToHttp().getResponse<FastifyReply>(), counted);
    this.limits.requireAllowed(counted);
    return true;
  }
}

/** Whose calls are counted together. Undefined for services of the same machine, of which none must answer for another. */
export function addressOf(host: ArgumentsHost, readClient: ReadClient): string | undefined {
  if (host.getType() === 'http')
    return readClient(host.switchToHttp().getRequest<FastifyRequest>().raw).ip ?? 'unknown';
  const address = normaliseAddress(host.getArgByIndex<ServerUnaryCall<unknown, unknown>>(2).getPeer());
  return address !== undefined && isLoopback(address) ? undefined : address;
}

function tellLimits(reply: FastifyReply, counted: readonly Counted[]): void {
  if (counted.length === 0) return;
  const policies = counted.map(({ name, perMinute }) => `"${name}";q=${perMinute};w=${WINDOW_SECONDS}`);
  const left = counted.map(
    ({ name, remaining, resetSeconds }) => `"${name}";r=${remaining};t=${resetSeconds}`,
  );
  reply.header('RateLimit-Policy', policies.join(', ')).header('RateLimit', left.join(', '));
}
