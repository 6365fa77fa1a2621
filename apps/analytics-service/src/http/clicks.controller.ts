import { Readable } from 'node:stream';
import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import { CSV_ANSWER, Scopes, UserScoped } from '#platform';
import { narrowOwner } from '../applications/applications.service.js';
import { ClickFeed } from '../clicks/click-feed.service.js';
import { type ClickFilter, clickFilterSchema } from '../clicks/click-filter.js';
import { exportClicks } from '../clicks/export-clicks.query.js';
import { ANALYTICS_DATABASE } from '../database.js';

/** Clicks one by one; of one user alone for a key that is bound to one. */
@ApiTags('clicks')
@UserScoped()
@Scopes('analytics:read')
@Controller('api')
export class ClicksController {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly feed: ClickFeed,
  ) {}

  /** Streamed: however many clicks there are, none is held in memory. */
  @ApiOperation({ summary: 'Clicks one by one, as a table' })
  @ApiResponse(CSV_ANSWER)
  @Get('clicks.csv')
  csv(@Query({ schema: clickFilterSchema }) filter: ClickFilter, @Res() reply: FastifyReply) {
    // First of all: a refusal is no table.
    const clicks = exportClicks(this.dataSource, ofOwner(filter));
    return reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="clicks.csv"')
      .send(Readable.from(clicks));
  }

  /** Server-sent events; `Last-Event-ID` goes on where a stream broke off. */
  @ApiOperation({ summary: 'Clicks as they are stored: server-sent events' })
  @ApiResponse({ status: 200, content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @Get('clicks/stream')
  async stream(
    @Query({ schema: clickFilterSchema }) filter: ClickFilter,
    @Res() reply: FastifyReply,
    @Headers('last-event-id') lastEventId?: string,
  ) {
    const events = await this.feed.open(ofOwner(filter), lastEventId);
    return reply
      .header('content-type', 'text/event-stream')
      .header('cache-control', 'no-store')
      .header('x-accel-buffering', 'no')
      .send(Readable.from(events));
  }
}

function ofOwner(filter: ClickFilter): ClickFilter {
  return { ...filter, user_id: narrowOwner(filter.user_id) };
}
