import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { HealthChecks, Public, Unlimited } from '#platform';

const VERSION: string = JSON.parse(
  readFileSync(findPackageJSON('..', import.meta.url) ?? '', 'utf8'),
).version;

/** The health answer that the user guide names; probes use `/health/ready`. */
@ApiTags('operation')
@Public()
@Unlimited()
@Controller('api/link-tracking')
export class LinkTrackingHealthController {
  constructor(private readonly health: HealthChecks) {}

  @ApiOperation({ summary: 'Whether links are tracked (200), or what is in the way (503)' })
  @ApiResponse({ status: 200, description: 'Healthy.' })
  @Get('health')
  async report(@Res({ passthrough: true }) reply: FastifyReply) {
    const { ready, checks } = await this.health.report();
    reply.status(ready ? 200 : 503);
    return {
      status: ready ? 'healthy' : 'unhealthy',
      service: 'link_tracking_api',
      version: VERSION,
      checks,
    };
  }
}
