import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Scopes, UserScoped } from '#platform';
import { type AnswerFilter, answerFilterSchema, reference } from '../answers/answer-filter.js';
import { Answers } from '../answers/answers.service.js';
import { explainReason } from '../classification/reason-words.js';
import { Places } from '../enrichment/places.service.js';

const FILTERS = 'Filters: from, to (exclusive) or days, with timezone; class, user_id, job_id, function.';
const PAGES = `${FILTERS} Paged with limit and cursor.`;

/** What became of links. A job or an application without links is answered with zeros: it may yet get some. */
@ApiTags('analytics')
@UserScoped()
@Scopes('analytics:read')
@Controller('api/link-tracking')
export class AnalyticsController {
  constructor(
    private readonly answers: Answers,
    private readonly places: Places,
  ) {}

  @ApiOperation({ summary: 'A link, its figures and its newest clicks', description: PAGES })
  @Get('analytics/:id')
  async linkAnalytics(
    @Param('id') trackingId: string,
    @Query({ schema: answerFilterSchema }) filter: AnswerFilter,
  ) {
    const link = await this.answers.getLink(trackingId, filter);
    const [statistics, timeline] = await Promise.all([
      this.answers.getClickStatistics(trackingId, filter),
      this.answers.listTimeline(trackingId, filter),
    ]);
    return {
      link_info: link,
      click_statistics: statistics,
      click_timeline: timeline.clicks.map((click) => ({
        ...click,
        explanations: click.reasons.map(explainReason),
      })),
      next_cursor: timeline.next,
      attribution: this.places.attribution,
    };
  }

  /** Each function also stands as a key of its own; a function named like a fixed field does not replace it. */
  @ApiOperation({ summary: 'A job’s links by function', description: FILTERS })
  @Get('job/:job_id/links')
  async jobLinks(
    @Param('job_id', { schema: reference }) jobId: string,
    @Query({ schema: answerFilterSchema }) filter: AnswerFilter,
  ) {
    const summary = await this.answers.getJobSummary(jobId, filter);
    const byFunction = summary.link_functions.map(
      (entry) => [entry.link_function, { ...entry, click_count: entry.total_clicks }] as const,
    );
    return Object.assign(Object.fromEntries(byFunction), summary);
  }

  @ApiOperation({ summary: 'An application’s links', description: PAGES })
  @Get('application/:id/links')
  applicationLinks(
    @Param('id', { schema: reference }) applicationId: string,
    @Query({ schema: answerFilterSchema }) filter: AnswerFilter,
  ) {
    return this.answers.getApplicationSummary(applicationId, filter);
  }

  @ApiOperation({
    summary: 'Clicks of a period by function and day, of 30 days unless told otherwise',
    description: PAGES,
  })
  @Get('report')
  report(@Query({ schema: answerFilterSchema }) filter: AnswerFilter) {
    return this.answers.getReport(filter);
  }
}
