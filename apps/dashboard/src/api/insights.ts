import { queryOptions } from '@tanstack/react-query';
import { findTimeZone } from '../words/times.js';
import { request } from './request.js';

/** A share with its n and the ends of its 95 % interval; null where there is nothing to divide by. */
export interface Rate {
  count: number;
  n: number;
  low: number | null;
  high: number | null;
}

interface Median {
  hours: number | null;
  n: number;
}

export interface Funnel {
  sent: number;
  opened: number;
  booked: number;
  rates: { opened: Rate; booked: Rate };
  median_hours: { sent_to_opened: Median; opened_to_booked: Median };
}

export interface FunnelAnswer {
  total: Funnel;
  previous: { total: Funnel };
  groups: (Funnel & { group: string | null })[];
}

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
      request<FunnelAnswer>('/api/analytics/funnel', {
        query: {
          from: localDay(1 - days),
          to: localDay(1),
          timezone: findTimeZone(),
          compare: 'previous',
          group_by: groupBy,
        },
        signal,
      }),
  });

export interface Engagement {
  /** `5 people clicked Calendly for Marketing Manager at Tech Corp` */
  sentence: string;
  score: number;
  score_parts: { part: string; points: number; max_points: number; explanation: string }[];
}

export const engagementQuery = (applicationId: string) =>
  queryOptions({
    queryKey: ['analytics', 'engagement', applicationId],
    queryFn: ({ signal }) =>
      request<Engagement>(`/api/analytics/application-engagement/${encodeURIComponent(applicationId)}`, {
        signal,
      }),
  });
