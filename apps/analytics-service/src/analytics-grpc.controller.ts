import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { DataSource } from 'typeorm';
import { type analyticsV1, isCallerReference } from '#contracts';
import { CodedError } from '#platform';
import { getApplicationSummary } from './answers/application-summary.query.js';
import { getJobSummary } from './answers/job-summary.query.js';
import { getClickStatistics } from './answers/link-analytics.query.js';
import { getReport } from './answers/report.query.js';
import { ANALYTICS_DATABASE } from './database.js';
import { LinkDirectory } from './read-models/link-directory.js';

const DEFAULT_DAYS = 30;
const MAX_DAYS = 366;

/** The REST answers over gRPC: contracts' `footfall.analytics.v1.AnalyticsService`. */
@Controller()
export class AnalyticsGrpcController {
  constructor(
    @Inject(ANALYTICS_DATABASE) private readonly dataSource: DataSource,
    private readonly directory: LinkDirectory,
  ) {}

  @GrpcMethod('AnalyticsService', 'GetLinkAnalytics')
  async getLinkAnalytics({
    trackingId,
  }: analyticsV1.GetLinkAnalyticsRequest): Promise<analyticsV1.GetLinkAnalyticsResponse> {
    const link = await this.directory.getLink(trackingId);
    const statistics = await getClickStatistics(this.dataSource, trackingId);
    return {
      trackingId,
      originalUrl: link.original_url ?? '',
      linkFunction: link.link_function,
      jobId: link.job_id ?? undefined,
      applicationId: link.application_id ?? undefined,
      isActive: link.is_active,
      totalClicks: statistics.total_clicks,
      humanClicks: statistics.human_clicks,
      machineClicks: statistics.machine_clicks,
      suspectedClicks: statistics.suspected_clicks,
      uniqueSessions: statistics.unique_sessions,
      firstClick: statistics.first_click ?? undefined,
      lastClick: statistics.last_click ?? undefined,
      clicks24h: statistics.clicks_24h,
      clicks7d: statistics.clicks_7d,
    };
  }

  @GrpcMethod('AnalyticsService', 'GetJobSummary')
  async getJobSummary({
    jobId,
  }: analyticsV1.GetJobSummaryRequest): Promise<analyticsV1.GetJobSummaryResponse> {
    const summary = await getJobSummary(this.dataSource, checkReference('job_id', jobId));
    return {
      jobId,
      linkFunctions: summary.link_functions.map((entry) => ({
        linkFunction: entry.link_function,
        linkCount: entry.link_count,
        totalClicks: entry.total_clicks,
        humanClicks: entry.human_clicks,
        uniqueSessions: entry.unique_sessions,
        firstClick: entry.first_click ?? undefined,
        lastClick: entry.last_click ?? undefined,
      })),
      totalLinks: summary.total_links,
      totalClicks: summary.total_clicks,
      uniqueSessions: summary.unique_sessions,
    };
  }

  @GrpcMethod('AnalyticsService', 'GetApplicationSummary')
  async getApplicationSummary({
    applicationId,
  }: analyticsV1.GetApplicationSummaryRequest): Promise<analyticsV1.GetApplicationSummaryResponse> {
    const summary = await getApplicationSummary(
      this.dataSource,
      checkReference('application_id', applicationId),
    );
    return {
      applicationId,
      trackedLinks: summary.tracked_links.map((link) => ({
        trackingId: link.tracking_id,
        linkFunction: link.link_function,
        originalUrl: link.original_url ?? '',
        description: link.description ?? undefined,
        clickCount: link.click_count,
        humanClicks: link.human_clicks,
        firstClick: link.first_click ?? undefined,
        lastClick: link.last_click ?? undefined,
      })),
      totalClicks: summary.total_clicks,
    };
  }

  @GrpcMethod('AnalyticsService', 'GetReport')
  async getReport({ days }: analyticsV1.GetReportRequest): Promise<analyticsV1.GetReportResponse> {
    const report = await getReport(this.dataSource, checkDays(days));
    const { report_period: period, overall_statistics: overall } = report;
    return {
      startDate: new Date(period.start_date),
      endDate: new Date(period.end_date),
      days: period.days,
      totalLinks: overall.total_links,
      jobsWithLinks: overall.jobs_with_links,
      applicationsWithLinks: overall.applications_with_links,
      totalClicks: overall.total_clicks,
      humanClicks: overall.human_clicks,
      functionPerformance: report.function_performance.map((entry) => ({
        linkFunction: entry.link_function,
        linkCount: entry.link_count,
        totalClicks: entry.total_clicks,
        humanClicks: entry.human_clicks,
        avgClicksPerLink: entry.avg_clicks_per_link,
      })),
      dailyTrends: report.daily_trends.map((entry) => ({
        clickDate: entry.click_date,
        clicks: entry.clicks,
        humanClicks: entry.human_clicks,
      })),
    };
  }
}

function checkReference(field: string, value: string): string {
  if (isCallerReference(value)) return value;
  throw invalid(`${field} must be 1 to 100 characters of letters, digits, ".", "_", ":" and "-".`);
}

/** 0 is proto3's absent. */
function checkDays(days: number): number {
  if (days === 0) return DEFAULT_DAYS;
  if (days >= 1 && days <= MAX_DAYS) return days;
  throw invalid(`days must be a whole number from 1 to ${MAX_DAYS}.`);
}

function invalid(message: string): CodedError {
  return new CodedError({ code: 'invalid_request', kind: 'invalid', message });
}
