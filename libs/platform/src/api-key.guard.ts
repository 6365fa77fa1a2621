import type { Metadata } from '@grpc/grpc-js';
import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from './api-keys.js';
import { CodedError } from './coded-error.js';
import { bindToUser } from './request-context.js';

const IS_PUBLIC = 'footfall:is-public';
const IS_USER_SCOPED = 'footfall:is-user-scoped';

/** Marks a controller or a handler that needs no API key. */
export const Public = () => SetMetadata(IS_PUBLIC, true);

/**
 * Marks a controller or a handler that shows and changes only what belongs to `currentUserId()` when there is one.
 * Calls without this mark refuse keys that are bound to a user: forgetting it must not open other users' data.
 */
export const UserScoped = () => SetMetadata(IS_USER_SCOPED, true);

export class MissingApiKeyError extends CodedError {
  constructor() {
    super({
      code: 'missing_api_key',
      kind: 'unauthenticated',
      message: 'This call needs an API key: send it as "Authorization: Bearer <key>" or "X-API-Key".',
    });
  }
}

export class WrongApiKeyError extends CodedError {
  constructor() {
    super({ code: 'wrong_api_key', kind: 'unauthenticated', message: 'The API key is not known here.' });
  }
}

export class ServiceKeyNeededError extends CodedError {
  constructor() {
    super({
      code: 'service_key_needed',
      kind: 'forbidden',
      message: 'This call takes no key that is bound to one user: use a key without a user.',
    });
  }
}

/** A caller bound to one user asked to act for another. */
export class NotYourUserError extends CodedError {
  constructor() {
    super({
      code: 'not_your_user',
      kind: 'forbidden',
      message: 'This API key is bound to another user: leave user_id out, or give your own.',
    });
  }
}

/** Lets a call through when it carries a known key, the same over HTTP headers and gRPC metadata. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeys,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (!this.keys.required || this.isMarked(context, IS_PUBLIC)) return true;
    const key = presentedKey(context);
    if (!key) throw new MissingApiKeyError();
    const known = this.keys.find(key);
    if (!known) throw new WrongApiKeyError();
    if (known.userId === undefined) return true;
    if (!this.isMarked(context, IS_USER_SCOPED)) throw new ServiceKeyNeededError();
    bindToUser(context, known.userId);
    return true;
  }

  private isMarked(context: ExecutionContext, mark: string): boolean {
    return (
      this.reflector.getAllAndOverride<boolean>(mark, [context.getHandler(), context.getClass()]) ?? false
    );
  }
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
