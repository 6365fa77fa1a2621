import type { Metadata } from '@grpc/grpc-js';
import { type CanActivate, type ExecutionContext, Injectable, SetMetadata } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ApiKeys } from './api-keys.js';
import { CodedError } from './coded-error.js';

const IS_PUBLIC = 'footfall:is-public';

/** Marks a controller or a handler that needs no API key. */
export const Public = () => SetMetadata(IS_PUBLIC, true);

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

/** Lets a call through when it carries a known key, the same over HTTP headers and gRPC metadata. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: ApiKeys,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (!this.keys.required || this.isPublic(context)) return true;
    const key = presentedKey(context);
    if (!key) throw new MissingApiKeyError();
    if (!this.keys.findName(key)) throw new WrongApiKeyError();
    return true;
  }

  private isPublic(context: ExecutionContext): boolean {
    return (
      this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, [context.getHandler(), context.getClass()]) ??
      false
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
