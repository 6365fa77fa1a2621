import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DataSource } from 'typeorm';
import type { z } from 'zod';
import { CSV_ANSWER, Scopes, UserScoped, writeCsv } from '#platform';
import { ownerSchema, reference } from '../applications/application.schemas.js';
import type { ApplicationFilter } from '../applications/application-filter.js';
import { Applications, narrowOwner } from '../applications/applications.service.js';
import { type Period, readPeriod } from '../applications/period.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { getApplicationEngagement } from './application-engagement.query.js';
import { getEngagementSummary, listOutcomesByEngagement } from './engagement.query.js';
import { listFunctionEffectiveness } from './function-effectiveness.query.js';
import { FUNNEL_COLUMNS, flattenFunnel, getFunnel, listGroupFunnels } from './funnel.query.js';
import {
  answerPeriods,
  describePeriod,
  type FunnelCsvQuery,
  type FunnelQuery,
  funnelCsvSchema,
  funnelSchema,
  type InsightQuery,
  insightSchema,
  type JobsQuery,
  jobsSchema,
  type SourcesQuery,
  sourcesSchema,
  toFilter,
} from './insights.schemas.js';
import { JOB_COLUMNS, listBestJobs } from './jobs.query.js';
import { getSources, SOURCE_COLUMNS } from './sources.query.js';

const FILTERS =
  'Speaks of applications sent within from and to (days begin in timezone), of a user_id, job_id or job_board. ' +
  'Rates come with their n and the 95 % Wilson interval.';

const COMPARE = 'compare=previous adds the period before.';
const OF_CLICKS =
  'Speaks of clicks within from and to (days begin in timezone; on quarters of an hour), of all users or of user_id. ' +
  COMPARE;
const CSV = 'text/csv; charset=utf-8';

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
    description: `${FILTERS} group_by: job_board, function, company or job. ${COMPARE}`,
  })
  @Get('funnel')
  async funnel(@Query({ schema: funnelSchema }) query: FunnelQuery) {
    const { group_by: group } = query;
    const read = async (period: Period) => {
      const filter = { ...narrow(query), ...period };
      const [total, groups] = await Promise.all([
        getFunnel(this.dataSource, filter),
        group && listGroupFunnels(this.dataSource, group, filter),
      ]);
      return { total, ...groups };
    };
    return { group_by: group ?? null, ...(await answerPeriods(query, read)) };
  }

  @ApiOperation({ summary: 'The groups of the funnel, as CSV', description: FILTERS })
  @ApiResponse(CSV_ANSWER)
  @Get('funnel.csv')
  async funnelCsv(
    @Query({ schema: funnelCsvSchema }) query: FunnelCsvQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { groups } = await listGroupFunnels(this.dataSource, query.group_by, narrow(query));
    reply.type(CSV);
    return writeCsv(FUNNEL_COLUMNS, groups.map(flattenFunnel));
  }

  @ApiOperation({
    summary: 'The jobs that drew most people, of those that something was sent for',
    description: `${FILTERS} limit: 1 to 100 jobs (10). ${COMPARE}`,
  })
  @Get('jobs')
  jobs(@Query({ schema: jobsSchema }) query: JobsQuery) {
    return answerPeriods(query, (period) =>
      listBestJobs(this.dataSource, { ...narrow(query), ...period }, query.limit),
    );
  }

  @ApiOperation({ summary: 'The jobs that drew most people, as CSV', description: FILTERS })
  @ApiResponse(CSV_ANSWER)
  @Get('jobs.csv')
  async jobsCsv(
    @Query({ schema: jobsSchema }) query: JobsQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { jobs } = await listBestJobs(this.dataSource, narrow(query), query.limit);
    reply.type(CSV);
    return writeCsv(JOB_COLUMNS, jobs);
  }

  @ApiOperation({ summary: 'Where clicks came from, by people and by machines', description: OF_CLICKS })
  @Get('sources')
  sources(@Query({ schema: sourcesSchema }) query: SourcesQuery) {
    const userId = narrowOwner(query.user_id);
    return answerPeriods(query, (period) => getSources(this.dataSource, { userId, period }));
  }

  @ApiOperation({ summary: 'Where clicks came from, as CSV', description: OF_CLICKS })
  @ApiResponse(CSV_ANSWER)
  @Get('sources.csv')
  async sourcesCsv(
    @Query({ schema: sourcesSchema }) query: SourcesQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const userId = narrowOwner(query.user_id);
    const { sources } = await getSources(this.dataSource, { userId, period: readPeriod(query) });
    reply.type(CSV);
    return writeCsv(SOURCE_COLUMNS, sources);
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
}

function narrow(query: InsightQuery): ApplicationFilter {
  return { ...toFilter(query), user_id: narrowOwner(query.user_id) };
}
