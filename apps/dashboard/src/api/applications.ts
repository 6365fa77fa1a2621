import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Answers, Application } from '../../../../libs/client/src/generated/answers.js';
import { request, toSearch } from './request.js';

export type { Application };
export type TimelineEntry = Answers['ApplicationsController_timeline']['entries'][number];
export type Outcome = Application['outcome'];
export const OUTCOMES = [
  'none',
  'rejected',
  'interview',
  'offer',
  'accepted',
  'withdrawn',
] as const satisfies readonly Outcome[];

export type ApplicationSort = 'sent' | 'opened' | 'booked' | 'score' | 'clicks' | 'company';

export interface ApplicationFilter {
  q: string;
  sort: ApplicationSort;
  order: 'asc' | 'desc';
  /** Only those that a person opened, or booked after. */
  reached: 'all' | 'opened' | 'booked';
}

const PATH = '/api/applications';
const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;
const PAGE_SIZE = 500;

const toQuery = ({ q, sort, order, reached }: ApplicationFilter) => ({
  q,
  sort,
  order,
  opened: reached === 'opened' || undefined,
  booked: reached === 'booked' || undefined,
});

/** Where all of them are had as a table. */
export const applicationsCsv = (filter: ApplicationFilter) => `${PATH}.csv${toSearch(toQuery(filter))}`;

export const applicationsQuery = (filter: ApplicationFilter) =>
  infiniteQueryOptions({
    queryKey: ['applications', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      request<Answers['ApplicationsController_list']>(PATH, {
        query: { ...toQuery(filter), cursor: pageParam, limit: PAGE_SIZE },
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
    request<Answers['ApplicationsController_list']>(PATH, {
      query: { sort: 'score', opened: true, limit: 5 },
      signal,
    }),
});

export const applicationQuery = (id: string) =>
  queryOptions({
    queryKey: ['applications', 'one', id],
    queryFn: ({ signal }) => request<Answers['ApplicationsController_get']>(pathOf(id), { signal }),
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

export const timelineQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['applications', 'timeline', id],
    queryFn: ({ pageParam, signal }) =>
      request<Answers['ApplicationsController_timeline']>(`${pathOf(id)}/timeline`, {
        query: { cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
