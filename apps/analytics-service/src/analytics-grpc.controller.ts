import { Controller } from '@nestjs/common';
import { GrpcMethod } from '@nestjs/microservices';
import { type analyticsV1, isCallerReference } from '#contracts';
import { CodedError, Scopes, UserScoped } from '#platform';
import { type AnswerFilter, answerFilterSchema, InvalidFilterError } from './answers/answer-filter.js';
import { Answers } from './answers/answers.service.js';

/** The REST answers over gRPC: contracts' `footfall.analytics.v1.AnalyticsService`. */
@UserScoped()
@Scopes('analytics:read')
@Controller()
export class AnalyticsGrpcController {
  constructor(private readonly answers: Answers) {}

  @GrpcMethod('AnalyticsService', 'GetLinkAnalytics')
  async getLinkAnalytics({
    trackingId,
    filter,
  }: analyticsV1.GetLinkAnalyticsRequest): Promise<analyticsV1.GetLinkAnalyticsResponse> {
    const asked = readFilter(filter);
    const link = await this.answers.getLink(trackingId, asked);
    const statistics = await this.answers.getClickStatistics(trackingId, asked);
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
    filter,
  }: analyticsV1.GetJobSummaryRequest): Promise<analyticsV1.GetJobSummaryResponse> {
    const summary = await this.answers.getJobSummary(checkReference('job_id', jobId), readFilter(filter));
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
    filter,
    page,
  }: analyticsV1.GetApplicationSummaryRequest): Promise<analyticsV1.GetApplicationSummaryResponse> {
    const summary = await this.answers.getApplicationSummary(
      checkReference('application_id', applicationId),
      readFilter(filter, page),
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
      totalTrackedLinks: summary.total_tracked_links,
      humanClicks: summary.human_clicks,
      uniqueSessions: summary.unique_sessions,
      nextCursor: summary.next_cursor ?? '',
    };
  }

  @GrpcMethod('AnalyticsService', 'GetReport')
  async getReport({
    days,
    filter,
    page,
  }: analyticsV1.GetReportRequest): Promise<analyticsV1.GetReportResponse> {
    const report = await this.answers.getReport(readFilter({ ...filter, ...(days ? { days } : {}) }, page));
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
      nextCursor: report.next_cursor ?? '',
    };
  }
}

function checkReference(field: string, value: string): string {
  if (isCallerReference(value)) return value;
  throw invalid(`${field} must be 1 to 100 characters of letters, digits, ".", "_", ":" and "-".`);
}

/** The REST calls' own schema, so that both refuse the same. What is empty in proto3 is absent. */
function readFilter(filter: Partial<analyticsV1.Filter> = {}, page?: analyticsV1.Page): AnswerFilter {
  const { linkFunction, userId, jobId, classes = [], ...rest } = filter;
  const { cursor, limit } = page ?? {};
  const given = {
    ...rest,
    user_id: userId,
    job_id: jobId,
    function: linkFunction,
    class: classes.join(),
    cursor,
    limit,
  };
  const text = Object.entries(given).flatMap(([name, value]) => (value ? [[name, String(value)]] : []));
  const result = answerFilterSchema.safeParse(Object.fromEntries(text));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new InvalidFilterError(issue?.path.join('.') ?? '', issue?.message ?? 'is not valid');
}

function invalid(message: string): CodedError {
  return new CodedError({ code: 'invalid_request', kind: 'invalid', message });
}
