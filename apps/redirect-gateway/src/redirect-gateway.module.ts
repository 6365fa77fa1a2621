import { type DynamicModule, Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { LINK_CLIENT, type LinkClient } from '#contracts';
import { EVENT_BUS, type EventBus } from '#events';
import { Metrics } from '#platform';
import type { RedirectGatewayConfig } from './config.js';
import { GatewayService } from './gateway.service.js';
import { GatewayMetrics } from './gateway-metrics.service.js';
import { GatewayParts } from './gateway-parts.js';
import { shareMetrics } from './workers/worker-metrics.js';

/**
 * The redirect gateway, alone or inside another process. Needs EVENT_BUS and LINK_CLIENT from global modules of
 * that process, either of which may be failing for as long as it likes.
 */
@Module({})
export class RedirectGatewayModule {
  /** `slot`: which of several workers on this machine, from 0 on. */
  static register(config: RedirectGatewayConfig, slot = 0): DynamicModule {
    return {
      module: RedirectGatewayModule,
      providers: [
        {
          provide: GatewayMetrics,
          inject: [Metrics],
          useFactory: (metrics: Metrics) => {
            shareMetrics(metrics, slot);
            return new GatewayMetrics(metrics);
          },
        },
        {
          provide: GatewayParts,
          inject: [EVENT_BUS, LINK_CLIENT, GatewayMetrics, PinoLogger],
          useFactory: (bus: EventBus, links: LinkClient, metrics: GatewayMetrics, logger: PinoLogger) =>
            GatewayParts.create({ config, slot, bus, links, metrics, logger }),
        },
        GatewayService,
      ],
    };
  }
}
