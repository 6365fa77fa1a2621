import { queryOptions } from '@tanstack/react-query';
import type { Answers, ClickEntry } from '../../../../libs/client/src/generated/answers.js';
import { request } from './request.js';

export type ClickClass = ClickEntry['class'];

/** A hit on a link, as the live feed tells of it. */
export interface Click extends Omit<ClickEntry, 'kind' | 'id' | 'at'> {
  click_id: string;
  clicked_at: string;
  job_id: string | null;
  application_id: string | null;
}

/** What a hit is told by, wherever it is listed. */
export type ClickFacts = Pick<
  Click,
  'class' | 'explanations' | 'click_source' | 'browser' | 'os' | 'country' | 'city'
> &
  Partial<Pick<Click, 'answer' | 'link_function' | 'job_id' | 'application_id'>>;

export const linkAnalyticsQuery = (trackingId: string) =>
  queryOptions({
    queryKey: ['clicks', 'link', trackingId],
    queryFn: ({ signal }) =>
      request<Answers['AnalyticsController_linkAnalytics']>(
        `/api/link-tracking/analytics/${encodeURIComponent(trackingId)}`,
        { signal },
      ),
  });
