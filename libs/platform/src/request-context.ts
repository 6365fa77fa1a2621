import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Observable } from 'rxjs';

const storage = new AsyncLocalStorage<string>();
const SAFE_REQUEST_ID = /^[A-Za-z0-9._:-]{1,100}$/;

/** Id of the HTTP or gRPC request being served, for logs and for events as `request_id`. */
export function currentRequestId(): string | undefined {
  return storage.getStore();
}

/** The caller's `X-Request-Id` when it is harmless to log, else a new id. */
export function acceptRequestId(offered: unknown): string {
  return typeof offered === 'string' && SAFE_REQUEST_ID.test(offered) ? offered : randomUUID();
}

/** Serves each call inside its request id. Routes registered straight on Fastify do not pass here. */
@Injectable()
export class RequestContextInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const requestId = requestIdOf(context);
    return new Observable((subscriber) => storage.run(requestId, () => next.handle().subscribe(subscriber)));
  }
}

function requestIdOf(context: ExecutionContext): string {
  if (context.getType() === 'http') return context.switchToHttp().getRequest<FastifyRequest>().id;
  return acceptRequestId(context.switchToRpc().getContext<Metadata>().get('x-request-id')[0]);
}
