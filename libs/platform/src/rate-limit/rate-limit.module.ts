import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { ReadClient } from '../client-address.js';
import { RateLimitGuard, READ_CLIENT } from './rate-limit.guards.js';
import { RATE_LIMIT_OPTIONS, type RateLimitOptions, RateLimits } from './rate-limits.service.js';

/** Imported after the module that finds out who calls, so that its guard comes after that one's. */
@Global()
@Module({})
export class RateLimitModule {
  static register(options: RateLimitOptions, readClient: ReadClient): DynamicModule {
    return {
      module: RateLimitModule,
      providers: [
        RateLimits,
        { provide: RATE_LIMIT_OPTIONS, useValue: options },
        { provide: READ_CLIENT, useValue: readClient },
        { provide: APP_GUARD, useClass: RateLimitGuard },
      ],
      exports: [RateLimits, READ_CLIENT],
    };
  }
}
