import { queryOptions } from '@tanstack/react-query';
import { findTimeZone } from '../words/times.js';
import { request } from './request.js';

export interface Report {
  report_period: { start_date: string; end_date: string; days: number };
  overall_statistics: {
    total_links: number;
    jobs_with_links: number;
    applications_with_links: number;
    total_clicks: number;
    human_clicks: number;
  };
  function_performance: {
    link_function: string;
    link_count: number;
    total_clicks: number;
    human_clicks: number;
  }[];
  daily_trends: { click_date: string; clicks: number; human_clicks: number }[];
}

export const reportQuery = (days: number) =>
  queryOptions({
    queryKey: ['report', days],
    queryFn: ({ signal }) =>
      request<Report>('/api/link-tracking/report', {
        query: { days, time_zone: findTimeZone() },
        signal,
      }),
  });
