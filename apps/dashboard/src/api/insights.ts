import { queryOptions } from '@tanstack/react-query';
import { findTimeZone } from '../words/times.js';
import type { Answers, ApplicationEngagement, Rate } from './generated/answers.js';
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
export const funnelQuery = (days: number, groupBy: 'job_board' | 'company' | 'function') =>
  queryOptions({
    queryKey: ['analytics', 'funnel', days, groupBy],
    queryFn: ({ signal }) =>
      request<Extract<Answers['InsightsController_funnel'], { groups: unknown }>>('/api/analytics/funnel', {
        query: {
          from: localDay(1 - days),
          to: localDay(1),
          timezone: findTimeZone(),
          compare: 'previous',
          group_by: groupBy,
        },
        signal,
      }),
    select: ({ total, groups, previous }) => ({ total, groups, before: previous?.total }),
  });

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
