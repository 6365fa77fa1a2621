import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import type { Link } from '#contracts';
import { LINK_SERVICE_CONFIG, LINKS_DATA_SOURCE, type LinkServiceConfig } from './config.js';
import type { LinkEntity } from './link.entity.js';
import { rowToLink } from './link-state.js';
import { LinkDeactivatedError, LinkNotFoundError, toRefusalError } from './links.errors.js';
import { type CreateLink, createLinkSchema, encodeCursor, listLinksSchema } from './links.schemas.js';
import { LinksService } from './links.service.js';
import { listLinks } from './list-links.query.js';

/** Links over REST; shapes are those of the public reference. */
@ApiTags('links')
@Controller('api/link-tracking')
export class LinksController {
  constructor(
    private readonly links: LinksService,
    @Inject(LINKS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(LINK_SERVICE_CONFIG) private readonly config: LinkServiceConfig,
  ) {}

  @ApiOperation({ summary: 'Mints a link (201), or answers the equal one that exists (200)' })
  @Post('create')
  async create(
    @Body({ schema: createLinkSchema }) body: CreateLink,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const [result] = await this.links.mintLinks({
      userId: body.user_id,
      jobId: body.job_id,
      applicationId: body.application_id,
      links: [
        {
          originalUrl: body.original_url,
          linkFunction: body.link_function,
          linkType: body.link_type,
          description: body.description,
        },
      ],
    });
    if (!result?.link) throw toRefusalError(result?.refusal, 'original_url');
    reply.status(result.created ? 201 : 200);
    return toAnswer(result.link);
  }

  @ApiOperation({ summary: 'Lists links, newest first, a page at a time' })
  @Get('links')
  async list(@Query({ schema: listLinksSchema }) query: z.output<typeof listLinksSchema>) {
    const { links, next } = await listLinks(this.dataSource, {
      jobId: query.job_id,
      applicationId: query.application_id,
      isActive: query.active,
      after: query.cursor,
      pageSize: query.limit,
    });
    return {
      links: links.map((row) => ({
        ...toAnswer(rowToLink(row, this.config)),
        deactivated_at: row.deactivatedAt,
      })),
      next_cursor: next ? encodeCursor(next) : null,
    };
  }

  @ApiOperation({ summary: 'Where a link leads now' })
  @Get('lookup/:id')
  async lookup(@Param('id') trackingId: string) {
    const link = await this.links.findLink(trackingId);
    if (!link) throw new LinkNotFoundError('Tracking ID not found');
    if (!link.isActive) throw new LinkDeactivatedError();
    return { destination_url: link.originalUrl };
  }

  @ApiOperation({ summary: 'Switches a link off; safe to repeat' })
  @Post('deactivate/:id')
  @HttpCode(200)
  async deactivate(@Param('id') trackingId: string) {
    return switchAnswer('Link deactivated', await this.links.switchLink(trackingId, false));
  }

  @ApiOperation({ summary: 'Switches a link on again; safe to repeat' })
  @Post('reactivate/:id')
  @HttpCode(200)
  async reactivate(@Param('id') trackingId: string) {
    return switchAnswer('Link reactivated', await this.links.switchLink(trackingId, true));
  }
}

function toAnswer(link: Link) {
  return {
    tracking_id: link.trackingId,
    redirect_url: link.redirectUrl,
    original_url: link.originalUrl,
    link_function: link.linkFunction,
    link_type: link.linkType,
    job_id: link.jobId ?? null,
    application_id: link.applicationId ?? null,
    user_id: link.userId,
    description: link.description ?? null,
    created_at: link.createdAt,
    is_active: link.isActive,
  };
}

function switchAnswer(message: string, row: LinkEntity | undefined) {
  if (!row) throw new LinkNotFoundError('Link not found');
  return {
    message,
    tracking_id: row.trackingId,
    is_active: row.isActive,
    deactivated_at: row.deactivatedAt,
  };
}
