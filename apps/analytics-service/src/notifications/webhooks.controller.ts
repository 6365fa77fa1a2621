import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { currentUserId, NotYourUserError, Scopes, UserScoped } from '#platform';
import { showEndpoint } from './webhook-answers.js';
import {
  type ChangeWebhook,
  type CreateWebhook,
  changeWebhookSchema,
  createWebhookSchema,
  listWebhooksSchema,
} from './webhooks.schemas.js';
import { Webhooks } from './webhooks.service.js';

/** Receivers of notifications. */
@ApiTags('webhooks')
@UserScoped()
@Scopes('analytics:write')
@Controller('api/webhooks')
export class WebhooksController {
  constructor(private readonly webhooks: Webhooks) {}

  @ApiOperation({ summary: 'Registers a receiver; its signing secret is shown this once' })
  @Post()
  async create(@Body({ schema: createWebhookSchema }) body: CreateWebhook) {
    const endpoint = await this.webhooks.create(body, currentUserId());
    return { ...showEndpoint(endpoint), secret: endpoint.secret };
  }

  @ApiOperation({ summary: 'Lists receivers, oldest first, a page at a time' })
  @Scopes('analytics:read')
  @Get()
  async list(@Query({ schema: listWebhooksSchema }) query: z.output<typeof listWebhooksSchema>) {
    const owner = currentUserId();
    if (owner !== undefined && (query.user_id ?? owner) !== owner) throw new NotYourUserError();
    const { cursor: after, limit } = query;
    const found = await this.webhooks.list({ userId: owner ?? query.user_id, after, limit });
    return {
      webhooks: found.map(showEndpoint),
      next_cursor: found.length === limit ? (found.at(-1)?.id ?? null) : null,
    };
  }

  @ApiOperation({ summary: 'A receiver, and why it is disabled if it is' })
  @Scopes('analytics:read')
  @Get(':id')
  async get(@Param('id') id: string) {
    return showEndpoint(await this.webhooks.get(id, currentUserId()));
  }

  @ApiOperation({ summary: 'Changes URL, types or description, disables or enables' })
  @Patch(':id')
  async change(@Param('id') id: string, @Body({ schema: changeWebhookSchema }) body: ChangeWebhook) {
    return showEndpoint(await this.webhooks.change(id, body, currentUserId()));
  }

  @ApiOperation({ summary: 'Removes a receiver with its log' })
  @Delete(':id')
  @HttpCode(204)
  remove(@Param('id') id: string): Promise<void> {
    return this.webhooks.remove(id, currentUserId());
  }

  @ApiOperation({ summary: 'Makes a new secret; the old one signs too for a day' })
  @Post(':id/rotate-secret')
  @HttpCode(200)
  async rotateSecret(@Param('id') id: string) {
    const { secret, previous_secret_until } = await this.webhooks.rotateSecret(id, currentUserId());
    return { secret, previous_secret_until };
  }
}
