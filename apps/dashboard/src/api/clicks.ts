import { queryOptions } from '@tanstack/react-query';
import { request } from './request.js';

export type ClickClass = 'human' | 'suspected' | 'machine' | 'duplicate' | 'inferred' | 'self';

/** A hit on a link, as the feed and the timelines answer it. */
export interface Click {
  click_id: string;
  tracking_id: string;
  link_function: string;
  job_id: string | null;
  application_id: string | null;
  clicked_at: string;
  answer?: 'redirect' | 'preflight' | 'probe' | 'prefetch';
  class: ClickClass;
  score: number;
  /** Why it was judged as it was, in words. */
  explanations: string[];
  click_source: string | null;
  device: string | null;
  browser: string | null;
  os: string | null;
  country: string | null;
  city: string | null;
}

export interface LinkAnalytics {
  click_statistics: {
    total_clicks: number;
    human_clicks: number;
    machine_clicks: number;
    suspected_clicks: number;
    duplicate_clicks: number;
    other_hits: number;
    unique_sessions: number;
    first_click: string | null;
    last_click: string | null;
  };
  click_timeline: Click[];
}

export const linkAnalyticsQuery = (trackingId: string) =>
  queryOptions({
    queryKey: ['clicks', 'link', trackingId],
    queryFn: ({ signal }) =>
      request<LinkAnalytics>(`/api/link-tracking/analytics/${encodeURIComponent(trackingId)}`, { signal }),
  });
