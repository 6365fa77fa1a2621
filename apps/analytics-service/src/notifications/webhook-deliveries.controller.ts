import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { currentUserId, Scopes, UserScoped } from '#platform';
import { showDelivery } from './webhook-answers.js';
import { WebhookLog } from './webhook-log.service.js';
import { type ListDeliveries, listDeliveriesSchema, type Replay, replaySchema } from './webhooks.schemas.js';
import { Webhooks } from './webhooks.service.js';

/** What a receiver was told, and telling it again. */
@ApiTags('webhooks')
@UserScoped()
@Scopes('analytics:write')
@Controller('api/webhooks/:id')
export class WebhookDeliveriesController {
  constructor(
    private readonly webhooks: Webhooks,
    private readonly log: WebhookLog,
  ) {}

  @ApiOperation({ summary: 'Sends a test message at once and answers what came of it' })
  @Post('test')
  @HttpCode(200)
  async test(@Param('id') id: string) {
    return showDelivery(await this.log.test(await this.find(id)));
  }

  @ApiOperation({ summary: 'The log of deliveries, newest first, a page at a time' })
  @Scopes('analytics:read')
  @Get('deliveries')
  async list(@Param('id') id: string, @Query({ schema: listDeliveriesSchema }) query: ListDeliveries) {
    const found = await this.log.list((await this.find(id)).id, query);
    return {
      deliveries: found.map(showDelivery),
      next_cursor: found.length === query.limit ? (found.at(-1)?.id ?? null) : null,
    };
  }

  @ApiOperation({ summary: 'Sends a message again, under the same webhook-id' })
  @Post('deliveries/:delivery_id/replay')
  @HttpCode(202)
  async replay(@Param('id') id: string, @Param('delivery_id') deliveryId: string) {
    return showDelivery(await this.log.replay(await this.find(id), deliveryId));
  }

  @ApiOperation({ summary: 'Sends again what failed since a moment, or everything' })
  @Post('replay')
  @HttpCode(202)
  async replaySince(@Param('id') id: string, @Body({ schema: replaySchema }) body: Replay) {
    return { replayed: await this.log.replaySince(await this.find(id), body) };
  }

  private find(id: string) {
    return this.webhooks.get(id, currentUserId());
  }
}
