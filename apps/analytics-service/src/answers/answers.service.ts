import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { narrowOwner } from '../applications/applications.service.js';
import { ANALYTICS_DATABASE } from '../database.js';
import { LinkDirectory, type LinkInfo, TrackingIdNotFoundError } from '../read-models/link-directory.js';
import { type AnswerFilter, lastDays, type Period, readPeriod } from './answer-filter.js';
import { type ApplicationSummary, getApplicationSummary } from './application-summary.query.js';
import { getJobSummary, type JobSummary } from './job-summary.query.js';
import {
  type ClickStatistics,
  getClickStatistics,
  listTimeline,
  type TimelinePage,
} from './link-analytics.query.js';
import { getReport, type Report } from './report.query.js';
import { addDays, startOfLocalDay, toLocalDay } from './time-zone.js';

const DEFAULT_DAYS = 30;

/**
 * What became of links, the same for REST and gRPC. A caller whose key is bound to a user is answered of that user's
 * links alone: others do not exist for it.
 */
@Injectable()
export class Answers {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly directory: LinkDirectory,
  ) {}

  /** @throws TrackingIdNotFoundError also for a link that does not fit the filter, LinkUnknownForNowError */
  async getLink(trackingId: string, filter: AnswerFilter): Promise<LinkInfo> {
    const owner = narrowOwner(filter.user_id);
    const link = await this.directory.getLink(trackingId);
    const fits =
      (owner === undefined || link.user_id === owner) &&
      (filter.job_id === undefined || link.job_id === filter.job_id) &&
      (filter.function === undefined || link.link_function === filter.function);
    if (!fits) throw new TrackingIdNotFoundError();
    return link;
  }

  getClickStatistics(trackingId: string, filter: AnswerFilter): Promise<ClickStatistics> {
    return getClickStatistics(this.dataSource, trackingId, readCounted(filter, new Date()));
  }

  listTimeline(trackingId: string, filter: AnswerFilter): Promise<TimelinePage> {
    return listTimeline(this.dataSource, trackingId, readCounted(filter, new Date()), filter);
  }

  getJobSummary(jobId: string, filter: AnswerFilter): Promise<JobSummary> {
    return getJobSummary(this.dataSource, {
      ...readCounted(filter, new Date()),
      jobId,
      userId: narrowOwner(filter.user_id),
      linkFunction: filter.function,
    });
  }

  getApplicationSummary(applicationId: string, filter: AnswerFilter): Promise<ApplicationSummary> {
    const { job_id: jobId, function: linkFunction, limit, cursor } = filter;
    return getApplicationSummary(this.dataSource, {
      ...readCounted(filter, new Date()),
      applicationId,
      userId: narrowOwner(filter.user_id),
      jobId,
      linkFunction,
      limit,
      cursor,
    });
  }

  getReport(filter: AnswerFilter): Promise<Report> {
    const now = new Date();
    const { job_id: jobId, function: linkFunction, timezone: timeZone, limit, cursor } = filter;
    return getReport(
      this.dataSource,
      {
        ...readCounted(filter, now),
        period: closePeriod(readPeriod(filter, now), timeZone, now),
        timeZone,
        userId: narrowOwner(filter.user_id),
        jobId,
        linkFunction,
        limit,
        cursor,
      },
      now,
    );
  }
}

function readCounted(filter: AnswerFilter, now: Date) {
  return { period: readPeriod(filter, now), classes: filter.class };
}

/** A report begins and ends: without a period it speaks of the last 30 days, without an end of all up to today. */
function closePeriod(period: Period | undefined, timeZone: string, now: Date): { from: Date; to: Date } {
  const recent = lastDays(DEFAULT_DAYS, timeZone, now);
  const to = period?.to ?? recent.to;
  const from = period?.from ?? startOfLocalDay(addDays(toLocalDay(to, timeZone), -DEFAULT_DAYS), timeZone);
  return { from, to };
}
