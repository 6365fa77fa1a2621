import { Readable } from 'node:stream';
import { Body, Controller, Get, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { CSV_ANSWER, currentUserId, Scopes, UserScoped } from '#platform';
import { LINK_SERVICE_CONFIG, LINKS_DATA_SOURCE, type LinkServiceConfig } from './config.js';
import { rowToAnswer, toAnswer } from './link-answer.js';
import { isLinkOn } from './link-state.js';
import { LinkDeactivatedError, LinkExpiredError, LinkNotFoundError, toRefusalError } from './links.errors.js';
import { type CreateLink, createLinkSchema, encodeCursor, listLinksSchema } from './links.schemas.js';
import { LinksService } from './links.service.js';
import { exportLinks, listLinks } from './list-links.query.js';

/** Making and reading links over REST; shapes are those of the public reference. */
@ApiTags('links')
@UserScoped()
@Scopes('links:read')
@Controller('api/link-tracking')
export class LinksController {
  constructor(
    private readonly links: LinksService,
    @Inject(LINKS_DATA_SOURCE) private readonly dataSource: DataSource,
    @Inject(LINK_SERVICE_CONFIG) private readonly config: LinkServiceConfig,
  ) {}

  @ApiOperation({ summary: 'Mints a link (201), or answers the equal one that exists (200)' })
  @ApiResponse({ status: 200, description: 'The equal link that exists.' })
  @ApiResponse({ status: 201, description: 'A new link.' })
  @Scopes('links:write')
  @Post('create')
  async create(
    @Body({ schema: createLinkSchema }) body: CreateLink,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const link = {
      originalUrl: body.original_url,
      linkFunction: body.link_function,
      linkType: body.link_type,
      description: body.description,
      expiresAt: body.expires_at,
      fallbackUrl: body.fallback_url,
      destination: body.destination,
    };
    const owner = { userId: body.user_id, jobId: body.job_id, applicationId: body.application_id };
    const [result] = await this.links.mintLinks({ ...owner, links: [link] }, { ownerId: currentUserId() });
    if (!result?.link) throw toRefusalError(result?.refusal, 'original_url');
    reply.status(result.created ? 201 : 200);
    return toAnswer(result.link);
  }

  @ApiOperation({ summary: 'Lists links, newest first, a page at a time' })
  @Get('links')
  async list(@Query({ schema: listLinksSchema }) query: z.output<typeof listLinksSchema>) {
    const { links, next } = await listLinks(this.dataSource, { ...toFilter(query), pageSize: query.limit });
    return {
      links: links.map((row) => rowToAnswer(row, this.config)),
      next_cursor: next ? encodeCursor(next) : null,
    };
  }

  @ApiOperation({
    summary: 'The same links as CSV, all of them',
    description: 'Streamed: however many there are, a page at a time is held. limit is passed over.',
  })
  @ApiResponse(CSV_ANSWER)
  @Scopes('links:read')
  @Get('links.csv')
  csv(
    @Query({ schema: listLinksSchema }) query: z.output<typeof listLinksSchema>,
    @Res() reply: FastifyReply,
  ) {
    return reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="links.csv"')
      .send(Readable.from(exportLinks(this.dataSource, toFilter(query), this.config)));
  }

  @ApiOperation({ summary: 'Where a link leads now: its page, or its fallback when it is off' })
  @ApiResponse({ status: 200, description: 'It leads somewhere.' })
  @ApiResponse({ status: 410, description: 'It is off or has expired, and has no fallback.' })
  @Get('lookup/:id')
  async lookup(@Param('id') trackingId: string) {
    const link = await this.links.findLink(trackingId, currentUserId());
    if (!link) throw new LinkNotFoundError('Tracking ID not found');
    if (isLinkOn(link)) return { destination_url: link.originalUrl };
    if (link.fallbackUrl !== undefined) return { destination_url: link.fallbackUrl };
    throw link.isActive ? new LinkExpiredError() : new LinkDeactivatedError();
  }
}

function toFilter(query: z.output<typeof listLinksSchema>) {
  return {
    ownerId: currentUserId(),
    jobId: query.job_id,
    applicationId: query.application_id,
    isActive: query.active,
    after: query.cursor,
  };
}
