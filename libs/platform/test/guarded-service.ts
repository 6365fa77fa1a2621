import { Controller, Get, Module, Post } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { AccessClock } from '../src/access/access-clock.js';
import { ACCESS_DATABASE } from '../src/access/access-database.js';
import { Public, Scopes, UserScoped } from '../src/access/scopes.js';
import { currentPrincipal } from '../src/request-context.js';
import { type ProcessConfig, startService } from '../src/service.js';

/** Calls of every kind, each answering who makes it. */
@Controller('sample')
class SampleController {
  @UserScoped()
  @Scopes('links:read')
  @Get('read')
  read() {
    return currentPrincipal();
  }

  @UserScoped()
  @Scopes('links:write')
  @Post('write')
  write() {
    return currentPrincipal();
  }

  @Scopes('links:read')
  @Get('everybody')
  everybody() {
    return currentPrincipal();
  }

  @Public()
  @Get('open')
  open() {
    return {};
  }
}

@Module({ controllers: [SampleController] })
class SampleModule {}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers of every call
  body: any;
}

/** A service with calls to guard, on a database of keys. */
export async function startGuarded(config: Partial<ProcessConfig>) {
  const service = await startService({
    name: 'guarded',
    config: { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'silent', ...config },
    servesAccess: true,
    imports: [{ module: SampleModule }],
  });
  const clock = service.app.get(AccessClock);
  return {
    ...service,
    database: service.app.get<DataSource>(ACCESS_DATABASE, { strict: false }),
    /** Lets time pass for keys and sessions. */
    pass(ms: number) {
      const before = clock.now;
      clock.now = () => before() + ms;
    },
    /** `GET /sample/read` and the like; `key` goes into X-API-Key. */
    async call(
      route: string,
      { key, body, headers = {} }: { key?: string; body?: unknown; headers?: Record<string, string> } = {},
    ): Promise<Answer> {
      const [method, path] = route.split(' ');
      const response = await fetch(`${service.url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(key && { 'x-api-key': key }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: text ? JSON.parse(text) : undefined,
      };
    },
  };
}

export type GuardedService = Awaited<ReturnType<typeof startGuarded>>;
