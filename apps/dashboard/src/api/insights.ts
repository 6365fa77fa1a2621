import { queryOptions } from '@tanstack/react-query';
import type { Answers, ApplicationEngagement, Rate } from '../../../../libs/client/src/generated/answers.js';
import { findTimeZone } from '../words/times.js';
import { request } from './request.js';

export type { ApplicationEngagement, Rate };
export type Funnel = Answers['InsightsController_funnel']['total'];

const DAY_MS = 86_400_000;

/** The reader's own calendar day, so many days from today. */
function localDay(fromToday: number): string {
  const now = Date.now();
  const offsetMs = new Date(now).getTimezoneOffset() * 60_000;
  return new Date(now - offsetMs + fromToday * DAY_MS).toISOString().slice(0, 10);
}

/** The last days, today's among them, with as many before them. */
const lastDays = (days: number) => ({
  from: localDay(1 - days),
  to: localDay(1),
  timezone: findTimeZone(),
  compare: 'previous',
});

export type FunnelGroup = 'job_board' | 'company' | 'function';
export const funnelQuery = (days: number, groupBy: FunnelGroup) =>
  queryOptions({
    queryKey: ['analytics', 'funnel', days, groupBy],
    queryFn: ({ signal }) =>
      request<Answers['InsightsController_funnel']>('/api/analytics/funnel', {
        query: { ...lastDays(days), group_by: groupBy },
        signal,
      }),
    select: ({ total, groups = [], previous }) => ({
      total,
      before: previous?.total,
      groups: withBefore(groups, previous?.groups ?? [], ({ group }) => group),
    }),
  });

/** The jobs that drew most people. */
export const jobsQuery = (days: number) =>
  queryOptions({
    queryKey: ['analytics', 'jobs', days],
    queryFn: ({ signal }) =>
      request<Answers['InsightsController_jobs']>('/api/analytics/jobs', {
        query: { ...lastDays(days), limit: 6 },
        signal,
      }),
    select: ({ jobs, previous }) => withBefore(jobs, previous?.jobs ?? [], ({ job_id }) => job_id),
  });

/** Where clicks came from, and how many there were. */
export const sourcesQuery = (days: number) =>
  queryOptions({
    queryKey: ['analytics', 'sources', days],
    queryFn: ({ signal }) =>
      request<Answers['InsightsController_sources']>('/api/analytics/sources', {
        query: lastDays(days),
        signal,
      }),
    select: ({ sources, previous }) => ({
      sources: withBefore(sources, previous?.sources ?? [], ({ source }) => source),
      before: previous,
    }),
  });

/** Each with what it was in the period before. */
function withBefore<Row>(rows: readonly Row[], earlier: readonly Row[], keyOf: (row: Row) => unknown) {
  const byKey = new Map(earlier.map((row) => [keyOf(row), row]));
  return rows.map((row) => ({ ...row, before: byKey.get(keyOf(row)) }));
}

export const engagementQuery = (applicationId: string) =>
  queryOptions({
    queryKey: ['analytics', 'engagement', applicationId],
    queryFn: ({ signal }) =>
      request<ApplicationEngagement>(
        `/api/analytics/application-engagement/${encodeURIComponent(applicationId)}`,
        {
          signal,
        },
      ),
  });
