import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Observable } from 'rxjs';
import type { Principal } from './access/principal.js';
import { spanOf } from './telemetry/observe-http.js';
import { runIn } from './telemetry/spans.js';

interface RequestContext {
  requestId: string;
  principal: Principal | undefined;
}

const storage = new AsyncLocalStorage<RequestContext>();
/** By HTTP request or gRPC metadata: guards run before the context is entered. */
const principals = new WeakMap<object, Principal>();
const SAFE_REQUEST_ID = /^[A-Za-z0-9._:-]{1,100}$/;

/** Id of the HTTP or gRPC request being served, for logs and for events as `request_id`. */
export function currentRequestId(): string | undefined {
  return storage.getStore()?.requestId;
}

/** Who makes the call being served. Undefined in public calls and outside of calls. */
export function currentPrincipal(): Principal | undefined {
  return storage.getStore()?.principal;
}

/**
 * The user whose data the call being served may see and change, when its caller is bound to one. Undefined for
 * service keys, while no keys are configured, and outside of calls: then every user's.
 */
export function currentUserId(): string | undefined {
  return currentPrincipal()?.userId;
}

/** Has the call served as that caller's, see {@link currentPrincipal}. */
export function setPrincipal(context: ExecutionContext, principal: Principal): void {
  principals.set(callOf(context), principal);
}

/** The same for guards, which run before the call's context is entered: the guard of this library sets it first. */
export function principalOf(context: ExecutionContext): Principal | undefined {
  return principals.get(callOf(context));
}

/** The caller's `X-Request-Id` when it is harmless to log, else a new id. */
export function acceptRequestId(offered: unknown): string {
  return typeof offered === 'string' && SAFE_REQUEST_ID.test(offered) ? offered : randomUUID();
}

/** Serves each call inside its {@link RequestContext}. Routes registered straight on Fastify do not pass here. */
@Injectable()
export class RequestContextInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const call = { requestId: requestIdOf(context), principal: principalOf(context) };
    const span = spanOf(callOf(context));
    return new Observable((subscriber) =>
      runIn(span, () => storage.run(call, () => next.handle().subscribe(subscriber))),
    );
  }
}

function callOf(context: ExecutionContext): object {
  return context.getType() === 'http'
    ? context.switchToHttp().getRequest<FastifyRequest>()
    : context.switchToRpc().getContext<Metadata>();
}

function requestIdOf(context: ExecutionContext): string {
  if (context.getType() === 'http') return context.switchToHttp().getRequest<FastifyRequest>().id;
  return acceptRequestId(context.switchToRpc().getContext<Metadata>().get('x-request-id')[0]);
}
