import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { Scopes, UserScoped } from '#platform';
import { ownerSchema, reference } from '../applications/application.schemas.js';
import type { ApplicationFilter } from '../applications/application-filter.js';
import { Applications, narrowOwner } from '../applications/applications.service.js';
import { readPreviousPeriod } from '../applications/period.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { getApplicationEngagement } from './application-engagement.query.js';
import { getEngagementSummary, listOutcomesByEngagement } from './engagement.query.js';
import { listFunctionEffectiveness } from './function-effectiveness.query.js';
import { type FunnelGroup, getFunnel, listGroupFunnels } from './funnel.query.js';
import {
  describePeriod,
  type FunnelQuery,
  funnelSchema,
  type InsightQuery,
  insightSchema,
  toFilter,
} from './insights.schemas.js';

const FILTERS =
  'Speaks of applications sent within from and to (days begin in timezone), of a user_id, job_id or job_board. ' +
  'Rates come with their n and the 95 % Wilson interval.';

/** What applications came to: answers about many of them, and about one. */
@ApiTags('insights')
@UserScoped()
@Scopes('analytics:read')
@Controller('api/analytics')
export class InsightsController {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly applications: Applications,
  ) {}

  @ApiOperation({
    summary: 'Applications sent, opened by a person, booked; with median times between',
    description: `${FILTERS} group_by: job_board, function or company. compare=previous adds the period before.`,
  })
  @Get('funnel')
  async funnel(@Query({ schema: funnelSchema }) { group_by, compare, ...query }: FunnelQuery) {
    const filter = narrow(query);
    const { from, to, timezone } = query;
    const previous = compare && from && to ? readPreviousPeriod({ from, to, timezone }) : undefined;
    return {
      period: describePeriod(query),
      group_by: group_by ?? null,
      ...(await this.readFunnel(filter, group_by)),
      ...(previous && {
        previous: {
          period: { ...previous, timezone },
          ...(await this.readFunnel({ ...filter, ...previous }, group_by)),
        },
      }),
    };
  }

  @ApiOperation({
    summary: 'How much people clicked, over all applications and by their outcome',
    description: `${FILTERS} Engagement: none without a human click, low with one or two, high from three on.`,
  })
  @Get('engagement-summary')
  async engagementSummary(@Query({ schema: insightSchema }) query: InsightQuery) {
    return { period: describePeriod(query), ...(await getEngagementSummary(this.dataSource, narrow(query))) };
  }

  @ApiOperation({
    summary: 'Interviews and offers by how much people clicked',
    description: `${FILTERS} Intervals that overlap show no difference, and a difference shows no cause.`,
  })
  @Get('engagement-to-outcome')
  async engagementToOutcome(@Query({ schema: insightSchema }) query: InsightQuery) {
    const outcomes = await listOutcomesByEngagement(this.dataSource, narrow(query));
    return { period: describePeriod(query), engagements: outcomes };
  }

  @ApiOperation({
    summary: 'What links of each function did for the applications that had one',
    description: FILTERS,
  })
  @Get('link-function-effectiveness')
  async linkFunctionEffectiveness(@Query({ schema: insightSchema }) query: InsightQuery) {
    const functions = await listFunctionEffectiveness(this.dataSource, narrow(query));
    return { period: describePeriod(query), functions };
  }

  @ApiOperation({ summary: 'Who clicked what of an application, and its score, explained in words' })
  @Get('application-engagement/:id')
  async applicationEngagement(
    @Param('id', { schema: reference }) applicationId: string,
    @Query({ schema: ownerSchema }) { user_id }: z.output<typeof ownerSchema>,
  ) {
    const application = await this.applications.getApplication(applicationId, user_id);
    return getApplicationEngagement(this.dataSource, application);
  }

  private async readFunnel(filter: ApplicationFilter, group: FunnelGroup | undefined) {
    const total = await getFunnel(this.dataSource, filter);
    return group ? { total, ...(await listGroupFunnels(this.dataSource, group, filter)) } : { total };
  }
}

function narrow(query: InsightQuery): ApplicationFilter {
  return { ...toFilter(query), user_id: narrowOwner(query.user_id) };
}
