import { type ExecutionContext, RequestMethod, SetMetadata, type Type } from '@nestjs/common';
import { MetadataScanner } from '@nestjs/core';

/** What a caller may do; `admin` implies every other scope. */
export const SCOPES = [
  'documents:write',
  'links:read',
  'links:write',
  'analytics:read',
  'analytics:write',
  'privacy:write',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What a person may have who is bound to their own data. */
export const USER_SCOPES: readonly Scope[] = SCOPES.filter((scope) => scope !== 'admin');

const PUBLIC = 'public';
const NEEDED_SCOPE = 'footfall:needed-scope';
const IS_USER_SCOPED = 'footfall:is-user-scoped';

/** Marks a controller or a handler that anybody may call. */
export const Public = () => SetMetadata(NEEDED_SCOPE, PUBLIC);

/** Names the scope that a controller or a handler needs. One without, and not {@link Public}, keeps the process from starting. */
export const Scopes = (scope: Scope) => SetMetadata(NEEDED_SCOPE, scope);

/**
 * Marks a controller or a handler that shows and changes only what belongs to `currentUserId()` when there is one.
 * Calls without this mark refuse callers that are bound to a user: forgetting it must not open other users' data.
 */
export const UserScoped = () => SetMetadata(IS_USER_SCOPED, true);

/** As Nest names handlers. */
type Handler = ReturnType<ExecutionContext['getHandler']>;
type Marked = Type | Handler;

/** What is written at a handler counts before what is written at its controller. */
export function neededScopeOf(handler: Handler, controller: Type): Scope | typeof PUBLIC | undefined {
  return readMark(NEEDED_SCOPE, handler) ?? readMark(NEEDED_SCOPE, controller);
}

export function isUserScoped(handler: Handler, controller: Type): boolean {
  return readMark(IS_USER_SCOPED, handler) ?? readMark(IS_USER_SCOPED, controller) ?? false;
}

export function holdsScope(held: readonly Scope[], needed: Scope): boolean {
  return held.includes(needed) || held.includes('admin');
}

/** One call of a controller, over REST or gRPC. */
export interface CallDescription {
  /** As in OpenAPI's `operationId`, for example `LinksController_create`. */
  id: string;
  /** `GET /api/link-tracking/links` or `LinkService.MintLinks`. */
  call: string;
  /** Absent: nobody has thought about it. */
  scope: Scope | typeof PUBLIC | undefined;
  /** Whether callers that are bound to a user may make it. */
  isUserScoped: boolean;
}

/** Every call that these controllers answer. */
export function describeCalls(controllers: readonly Type[]): CallDescription[] {
  return controllers.flatMap((controller) =>
    new MetadataScanner().getAllMethodNames(controller.prototype).flatMap((name) => {
      const handler: Handler = controller.prototype[name];
      const call = restCallOf(handler, controller) ?? grpcCallOf(handler);
      if (call === undefined) return [];
      const scope = neededScopeOf(handler, controller);
      return [
        { id: `${controller.name}_${name}`, call, scope, isUserScoped: isUserScoped(handler, controller) },
      ];
    }),
  );
}

function restCallOf(handler: Handler, controller: Type): string | undefined {
  const method = readMark<RequestMethod>('method', handler);
  if (method === undefined) return undefined;
  const parts = [readMark('path', controller), readMark('path', handler)];
  const path = parts.flatMap((part) => String(part ?? '').split('/')).filter(Boolean);
  return `${RequestMethod[method]} /${path.join('/')}`;
}

function grpcCallOf(handler: Handler): string | undefined {
  const [pattern] = readMark<{ service: string; rpc: string }[]>('microservices:pattern', handler) ?? [];
  return pattern && `${pattern.service}.${pattern.rpc}`;
}

function readMark<Value>(key: string, marked: Marked): Value | undefined {
  return Reflect.getMetadata(key, marked);
}
