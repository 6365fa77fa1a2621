import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Click } from './clicks.js';
import { request } from './request.js';

export const OUTCOMES = ['none', 'rejected', 'interview', 'offer', 'accepted', 'withdrawn'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Application {
  application_id: string;
  job_id: string | null;
  company: string | null;
  title: string | null;
  job_board: string | null;
  sent_at: string | null;
  outcome: Outcome;
  opened_at: string | null;
  booked_at: string | null;
  human_clicks: number;
  people: number;
  score: number;
}

export type ApplicationSort = 'sent' | 'opened' | 'booked' | 'score' | 'clicks' | 'company';

export interface ApplicationFilter {
  q: string;
  sort: ApplicationSort;
  order: 'asc' | 'desc';
  /** Only those that a person opened, or booked after. */
  reached: 'all' | 'opened' | 'booked';
}

interface ApplicationPage {
  applications: Application[];
  total: number;
  next_cursor: string | null;
}

const PATH = '/api/applications';
const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;
const PAGE_SIZE = 500;

export const applicationsQuery = ({ q, sort, order, reached }: ApplicationFilter) =>
  infiniteQueryOptions({
    queryKey: ['applications', 'list', { q, sort, order, reached }],
    queryFn: ({ pageParam, signal }) =>
      request<ApplicationPage>(PATH, {
        query: {
          q,
          sort,
          order,
          opened: reached === 'opened' || undefined,
          booked: reached === 'booked' || undefined,
          cursor: pageParam,
          limit: PAGE_SIZE,
        },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
  });

/** Those that drew most interest. */
export const bestApplicationsQuery = queryOptions({
  queryKey: ['applications', 'best'],
  queryFn: ({ signal }) =>
    request<ApplicationPage>(PATH, { query: { sort: 'score', opened: true, limit: 5 }, signal }),
});

export const applicationQuery = (id: string) =>
  queryOptions({
    queryKey: ['applications', 'one', id],
    queryFn: ({ signal }) => request<Application>(pathOf(id), { signal }),
    // It becomes known a moment after its first document.
    retry: 4,
    retryDelay: 600,
  });

export type ApplicationEdit = Partial<
  Pick<Application, 'company' | 'title' | 'job_board' | 'sent_at' | 'outcome'>
>;

export function editApplication(id: string, edit: ApplicationEdit): Promise<Application> {
  return request(pathOf(id), { method: 'PUT', body: edit });
}

interface Entry {
  at: string;
  id: string;
}
export type TimelineEntry =
  | (Entry & { kind: 'document'; document: 'resume' | 'cover_letter' })
  | (Entry & Omit<Click, 'click_id' | 'clicked_at'> & { kind: 'click'; explanations: string[] })
  | (Entry & { kind: 'booking'; provider: string; status: string; starts_at: string | null });

export const timelineQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['applications', 'timeline', id],
    queryFn: ({ pageParam, signal }) =>
      request<{ entries: TimelineEntry[]; next_cursor: string | null }>(`${pathOf(id)}/timeline`, {
        query: { cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
