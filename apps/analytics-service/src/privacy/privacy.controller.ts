import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { AuditLog, auditedUser, currentUserId, NotYourUserError, Scopes, UserScoped } from '#platform';
import { OldClicks } from '../maintenance/old-clicks.service.js';
import { CandidateExport } from './candidate-export.service.js';
import { Erasures, type NamedSubject } from './erasures.service.js';
import {
  anonymizeSchema,
  type ErasureOrder,
  erasureParams,
  erasureSchema,
  exportParams,
  listSchema,
} from './privacy.schemas.js';

const EXPORT = {
  type: 'object',
  required: ['user_id', 'exported_at', 'services'],
  properties: {
    user_id: { type: 'string' },
    exported_at: { type: 'string', format: 'date-time' },
    services: {
      type: 'object',
      description: 'Rows by service and table.',
      additionalProperties: { type: 'object', additionalProperties: { type: 'array', items: {} } },
    },
  },
};

/** What is held of a person: handed out, and erased everywhere. */
@ApiTags('privacy')
@Scopes('privacy:write')
@Controller('api/privacy')
export class PrivacyController {
  constructor(
    private readonly erasures: Erasures,
    private readonly exports: CandidateExport,
    private readonly oldClicks: OldClicks,
    private readonly audit: AuditLog,
  ) {}

  @ApiOperation({
    summary: 'Erases a candidate, an application or a visitor in every service',
    description:
      'Name one: user_id, application_id (of one user with user_id), ip_address or session_id. Asked again while it is under way, it answers the erasure that is. Follow it by its id.',
  })
  @UserScoped()
  @HttpCode(202)
  @Post('erasures')
  async erase(@Body({ schema: erasureSchema }) order: ErasureOrder) {
    const erasure = await this.erasures.request(subjectOf(order));
    const { erasure_id: target, kind } = erasure;
    await this.audit.record({ action: 'privacy.erasure_requested', target, details: { kind } });
    return erasure;
  }

  @ApiOperation({ summary: 'Erasures, newest first' })
  @UserScoped()
  @Get('erasures')
  async list(@Query({ schema: listSchema }) { limit }: z.output<typeof listSchema>) {
    return { erasures: await this.erasures.list({ userId: currentUserId(), limit }) };
  }

  @ApiOperation({ summary: 'How far an erasure is, service by service' })
  @UserScoped()
  @Get('erasures/:id')
  async get(@Param({ schema: erasureParams }) { id }: z.output<typeof erasureParams>) {
    return this.erasures.get(id, currentUserId());
  }

  @ApiOperation({ summary: 'Does every finished erasure again, after a backup was restored' })
  @HttpCode(202)
  @Scopes('admin')
  @Post('erasures/replay')
  async replay() {
    await this.audit.record({ action: 'privacy.erasures_replayed' });
    return { erasures: await this.erasures.replay() };
  }

  @ApiOperation({
    summary: 'Removes addresses, agents, cities, metadata and headers from clicks now, not only at their age',
    description:
      'Of clicks that are older than so many days, of one user or, with a key of everybody, without user_id of all. They stay counted as they are. Safe to repeat.',
  })
  @UserScoped()
  @HttpCode(200)
  @Post('anonymize')
  async anonymize(@Body({ schema: anonymizeSchema }) order: z.output<typeof anonymizeSchema>) {
    const { user_id = currentUserId(), older_than_days } = order;
    if (user_id !== undefined) requireOwn(user_id);
    const clicks = await this.oldClicks.anonymizeSooner({ userId: user_id, olderThanDays: older_than_days });
    await this.audit.record({
      action: 'privacy.anonymized',
      target: user_id === undefined ? undefined : auditedUser(user_id),
      details: { older_than_days, clicks },
    });
    return { anonymized_clicks: clicks };
  }

  @ApiOperation({ summary: 'Everything held of a candidate, as JSON, streamed' })
  @ApiResponse({ status: 200, content: { 'application/json': { schema: EXPORT } } })
  @UserScoped()
  @Get('export/:user_id')
  async export(
    @Param({ schema: exportParams }) { user_id }: z.output<typeof exportParams>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    requireOwn(user_id);
    const json = await this.exports.open(user_id);
    await this.audit.record({ action: 'privacy.exported', target: auditedUser(user_id) });
    reply.header('Content-Type', 'application/json; charset=utf-8').header('Cache-Control', 'no-store');
    await reply.send(Readable.from(json));
  }
}

function requireOwn(userId: string): void {
  const own = currentUserId();
  if (own !== undefined && own !== userId) throw new NotYourUserError();
}

/** A key that is bound to a user erases this user and this user's applications; visitors are nobody's. */
function subjectOf({ user_id, application_id, ip_address, session_id }: ErasureOrder): NamedSubject {
  const own = currentUserId();
  if (user_id !== undefined) requireOwn(user_id);
  if (application_id !== undefined)
    return { kind: 'application', value: application_id, ownerId: user_id ?? own };
  if (user_id !== undefined) return { kind: 'user', value: user_id };
  if (own !== undefined) throw new NotYourUserError();
  if (ip_address !== undefined) return { kind: 'address', value: ip_address };
  return { kind: 'session', value: session_id ?? '' };
}
