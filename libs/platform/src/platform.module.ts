import { type DynamicModule, Global, Module, StandardSchemaValidationPipe } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import type { Logger } from 'pino';
import { AccessModule, type AccessOptions } from './access/access.module.js';
import type { ReadClient } from './client-address.js';
import { CodedErrorFilter } from './coded-error.filter.js';
import { CodedError } from './coded-error.js';
import { HealthChecks, HealthController } from './health.js';
import { describeError } from './logger.js';
import { Metrics, MetricsController } from './metrics.js';
import { WrongKeysGuard } from './rate-limit/rate-limit.guards.js';
import { RateLimitModule } from './rate-limit/rate-limit.module.js';
import type { RateLimitOptions } from './rate-limit/rate-limits.service.js';
import { RequestContextInterceptor } from './request-context.js';

export interface PlatformOptions {
  logger: Logger;
  access: AccessOptions;
  rateLimits: RateLimitOptions;
  readClient: ReadClient;
}

/** What every process has once: log, error answers, API keys, validation, health and metrics. */
@Global()
@Module({})
export class PlatformModule {
  static register({ logger, access, rateLimits, readClient }: PlatformOptions): DynamicModule {
    return {
      module: PlatformModule,
      // No middleware of the logger's: request ids come from RequestContextInterceptor, and the gateway's hot
      // route must pass through nothing.
      imports: [
        AccessModule.register(access),
        RateLimitModule.register(rateLimits, readClient),
        LoggerModule.forRoot({
          // Its own serializers would take the place of the logger's.
          pinoHttp: { logger, wrapSerializers: false, serializers: { err: describeError } },
          forRoutes: [],
        }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        HealthChecks,
        Metrics,
        // Before those of the modules above.
        { provide: APP_GUARD, useClass: WrongKeysGuard },
        { provide: APP_FILTER, useClass: CodedErrorFilter },
        { provide: APP_INTERCEPTOR, useClass: RequestContextInterceptor },
        { provide: APP_PIPE, useValue: validationPipe() },
      ],
      exports: [HealthChecks, Metrics],
    };
  }
}

/** Most single faults listed in one answer. */
const MAX_DETAILS = 50;

function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const details = issues.slice(0, MAX_DETAILS).map(({ path, message }) => ({
        path: (path ?? [])
          .map((segment) => String(typeof segment === 'object' ? segment.key : segment))
          .join('.'),
        message,
      }));
      const [first] = details;
      const where = first?.path ? `${first.path}: ` : '';
      const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
      return new CodedError({
        code: 'invalid_request',
        kind: 'invalid',
        message: `${where}${first?.message ?? 'invalid'}${more}`,
        details,
      });
    },
  });
}
