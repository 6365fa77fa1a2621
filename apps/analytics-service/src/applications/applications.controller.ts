import { Readable } from 'node:stream';
import { Body, Controller, Get, Inject, Param, Put, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { CSV_ANSWER, Scopes, UserScoped } from '#platform';
import { ANALYTICS_DATABASE } from '../database.js';
import { Places } from '../enrichment/places.service.js';
import {
  type ApplicationEdit,
  editApplicationSchema,
  type ListApplications,
  listApplicationsSchema,
  ownerSchema,
  reference,
  timelineSchema,
} from './application.schemas.js';
import { writeCursor } from './application-sorts.js';
import { Applications, narrowOwner } from './applications.service.js';
import { exportApplications, listApplications } from './list-applications.query.js';
import { listFunctions } from './list-functions.query.js';
import { listTimeline } from './timeline.query.js';

/** Applications: what was sent to whom, and what became of it. */
@ApiTags('applications')
@UserScoped()
@Scopes('analytics:read')
@Controller('api')
export class ApplicationsController {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly applications: Applications,
    private readonly places: Places,
  ) {}

  @ApiOperation({
    summary: 'Lists applications, a page at a time',
    description:
      'Filters: user_id, job_id, job_board, outcome, opened, booked, from and to (by sent_at, with timezone), q. ' +
      'Sorts by sent, opened, booked, score, clicks or company; order is asc or desc.',
  })
  @Get('applications')
  async list(@Query({ schema: listApplicationsSchema }) query: ListApplications) {
    const { applications, total, next } = await listApplications(this.dataSource, {
      ...query,
      user_id: narrowOwner(query.user_id),
    });
    return { applications, total, next_cursor: next ? writeCursor(query, next) : null };
  }

  @ApiOperation({
    summary: 'The same applications as CSV, all of them',
    description: 'Streamed: however many there are, a page at a time is held. limit is passed over.',
  })
  @ApiResponse(CSV_ANSWER)
  @Get('applications.csv')
  csv(@Query({ schema: listApplicationsSchema }) query: ListApplications, @Res() reply: FastifyReply) {
    const owned = { ...query, user_id: narrowOwner(query.user_id) };
    return reply
      .header('content-type', 'text/csv; charset=utf-8')
      .header('content-disposition', 'attachment; filename="applications.csv"')
      .send(Readable.from(exportApplications(this.dataSource, owned)));
  }

  @ApiOperation({ summary: 'An application, with what people clicked by link function' })
  @Get('applications/:id')
  async get(
    @Param('id', { schema: reference }) applicationId: string,
    @Query({ schema: ownerSchema }) { user_id }: z.output<typeof ownerSchema>,
  ) {
    const application = await this.applications.getApplication(applicationId, user_id);
    return { ...application, functions: await listFunctions(this.dataSource, application) };
  }

  @ApiOperation({
    summary:
      'Sets job_id, company, title, job_board, sent_at or outcome (200), also of a new application (201)',
    description:
      'Fields that are left out stay as they are; null takes a value away. What is set here is never changed by a ' +
      'document. Outcomes: none, rejected, interview, offer, accepted, withdrawn.',
  })
  @ApiResponse({ status: 200, description: 'Changed.' })
  @ApiResponse({ status: 201, description: 'Made: there was no such application.' })
  @Scopes('analytics:write')
  @Put('applications/:id')
  async edit(
    @Param('id', { schema: reference }) applicationId: string,
    @Query({ schema: ownerSchema }) { user_id: userId }: z.output<typeof ownerSchema>,
    @Body({ schema: editApplicationSchema }) edit: ApplicationEdit,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { application, isNew } = await this.applications.edit(applicationId, { edit, userId });
    reply.status(isNew ? 201 : 200);
    return application;
  }

  @ApiOperation({
    summary: 'Documents, clicks and bookings of an application, newest first, a page at a time',
    description: 'Every hit is in it, machines too, with its class and the reasons for it in words.',
  })
  @Get('applications/:id/timeline')
  async timeline(
    @Param('id', { schema: reference }) applicationId: string,
    @Query({ schema: timelineSchema }) { user_id, cursor, limit }: z.output<typeof timelineSchema>,
  ) {
    const application = await this.applications.getApplication(applicationId, user_id);
    const timeline = await listTimeline(this.dataSource, application, { after: cursor, limit });
    return { application_id: applicationId, ...timeline, attribution: this.places.attribution };
  }
}
