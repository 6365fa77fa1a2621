import { type DynamicModule, Module } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { LINK_CLIENT, type LinkClient } from '#contracts';
import { EVENT_BUS, type EventBus } from '#events';
import type { RedirectGatewayConfig } from './config.js';
import { GatewayService } from './gateway.service.js';
import { GatewayMetrics } from './gateway-metrics.service.js';
import { GatewayParts } from './gateway-parts.js';

/**
 * The redirect gateway, alone or inside another process. Needs EVENT_BUS and LINK_CLIENT from global modules of
 * that process, either of which may be failing for as long as it likes.
 */
@Module({})
export class RedirectGatewayModule {
  static register(config: RedirectGatewayConfig): DynamicModule {
    return {
      module: RedirectGatewayModule,
      providers: [
        GatewayMetrics,
        {
          provide: GatewayParts,
          inject: [EVENT_BUS, LINK_CLIENT, GatewayMetrics, PinoLogger],
          useFactory: (bus: EventBus, links: LinkClient, metrics: GatewayMetrics, logger: PinoLogger) =>
            GatewayParts.create({ config, bus, links, metrics, logger }),
        },
        GatewayService,
      ],
    };
  }
}
