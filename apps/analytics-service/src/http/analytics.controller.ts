import { Controller, Get, Inject, Param, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { isCallerReference } from '#contracts';
import { getApplicationSummary } from '../answers/application-summary.query.js';
import { getJobSummary } from '../answers/job-summary.query.js';
import { getClickStatistics, listTimeline } from '../answers/link-analytics.query.js';
import { getReport } from '../answers/report.query.js';
import { explainReason } from '../classification/reason-words.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { Places } from '../enrichment/places.service.js';
import { LinkDirectory } from '../read-models/link-directory.js';

const reference = z
  .string()
  .refine(isCallerReference, 'must be 1 to 100 characters of letters, digits, ".", "_", ":" and "-"');

const DAYS_MESSAGE = 'must be a whole number from 1 to 366';
const reportQuery = z.object({
  days: z
    .string(DAYS_MESSAGE)
    .regex(/^\d{1,3}$/, DAYS_MESSAGE)
    .transform(Number)
    .pipe(z.number().min(1, DAYS_MESSAGE).max(366, DAYS_MESSAGE))
    .default(30),
});

/** What became of links. A job or an application without links is answered with zeros: it may yet get some. */
@Controller('api/link-tracking')
export class AnalyticsController {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly directory: LinkDirectory,
    private readonly places: Places,
  ) {}

  @Get('analytics/:id')
  async linkAnalytics(@Param('id') trackingId: string) {
    const link = await this.directory.getLink(trackingId);
    const [statistics, timeline] = await Promise.all([
      getClickStatistics(this.dataSource, trackingId),
      listTimeline(this.dataSource, trackingId),
    ]);
    return {
      link_info: link,
      click_statistics: statistics,
      click_timeline: timeline.map((click) => ({
        ...click,
        explanations: click.reasons.map(explainReason),
      })),
      attribution: this.places.attribution,
    };
  }

  /** Each function also stands as a key of its own; a function named like a fixed field does not replace it. */
  @Get('job/:job_id/links')
  async jobLinks(@Param('job_id', { schema: reference }) jobId: string) {
    const summary = await getJobSummary(this.dataSource, jobId);
    const byFunction = summary.link_functions.map(
      (entry) => [entry.link_function, { ...entry, click_count: entry.total_clicks }] as const,
    );
    return { ...Object.fromEntries(byFunction), ...summary };
  }

  @Get('application/:id/links')
  applicationLinks(@Param('id', { schema: reference }) applicationId: string) {
    return getApplicationSummary(this.dataSource, applicationId);
  }

  @Get('report')
  report(@Query({ schema: reportQuery }) { days }: z.output<typeof reportQuery>) {
    return getReport(this.dataSource, days);
  }
}
