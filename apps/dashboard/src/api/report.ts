import { queryOptions } from '@tanstack/react-query';
import type { Report } from '../../../../libs/client/src/generated/answers.js';
import { findTimeZone } from '../words/times.js';
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
