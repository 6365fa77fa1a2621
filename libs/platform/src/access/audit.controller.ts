import { Controller, Get, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditLog, auditedUser } from './audit-log.service.js';
import { type ListAudit, listAuditSchema } from './keys.schemas.js';
import { Scopes } from './scopes.js';

/** Who did what. */
@ApiTags('access')
@Scopes('admin')
@Controller('api/audit')
export class AuditController {
  constructor(private readonly audit: AuditLog) {}

  @ApiOperation({
    summary: 'What was done to keys, with what is held of people and by administrators, newest first',
    description:
      'Filters: action (such as key.created), actor_id, target, or user_id for exports of what is held of that user, whom the log does not name. A page at a time.',
  })
  @Get()
  async list(@Query({ schema: listAuditSchema }) { cursor, user_id, target, ...filter }: ListAudit) {
    const about = user_id === undefined ? target : auditedUser(user_id);
    const entries = await this.audit.list({ ...filter, target: about, before: cursor });
    return {
      entries,
      next_cursor: entries.length === filter.limit ? (entries.at(-1)?.id ?? null) : null,
    };
  }
}
