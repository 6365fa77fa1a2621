import { queryOptions } from '@tanstack/react-query';
import { findTimeZone } from '../words/times.js';
import type { Report } from './generated/answers.js';
import { request } from './request.js';

export type { Report };

export const reportQuery = (days: number) =>
  queryOptions({
    queryKey: ['report', days],
    queryFn: ({ signal }) =>
      request<Report>('/api/link-tracking/report', {
        query: { days, timezone: findTimeZone() },
        signal,
      }),
  });
