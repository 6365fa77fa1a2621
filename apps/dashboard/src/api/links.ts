import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answers } from '../../../../libs/client/src/generated/answers.js';
import { request, toSearch } from './request.js';

type LinkPage = Answers['LinksController_list'];
export type Link = LinkPage['links'][number];

export interface LinkFilter {
  job_id?: string;
  application_id?: string;
  active?: boolean;
}

const PAGE_SIZE = 200;
const LINKS = '/api/link-tracking';

export const linksQuery = (filter: LinkFilter) =>
  infiniteQueryOptions({
    queryKey: ['links', filter],
    queryFn: ({ pageParam, signal }) =>
      request<LinkPage>(`${LINKS}/links`, {
        query: { ...filter, cursor: pageParam, limit: PAGE_SIZE },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Where all of them are had as a table. */
export const linksCsv = (filter: LinkFilter) => `${LINKS}/links.csv${toSearch({ ...filter })}`;

/** Whether anything was ever tracked here. */
export const anyLinkQuery = queryOptions({
  queryKey: ['links', 'any'],
  queryFn: async ({ signal }) => {
    const { links } = await request<LinkPage>(`${LINKS}/links`, { query: { limit: 1 }, signal });
    return links.length > 0;
  },
});

export function switchLink(trackingId: string, isActive: boolean): Promise<unknown> {
  const verb = isActive ? 'reactivate' : 'deactivate';
  return request(`${LINKS}/${verb}/${encodeURIComponent(trackingId)}`, { method: 'POST' });
}

/** Every link of an application or a job at once. */
export function switchLinks(filter: { job_id?: string; application_id?: string }, isActive: boolean) {
  return request<
    Partial<Answers['LinkEditingController_deactivateAll'] & Answers['LinkEditingController_reactivateAll']>
  >(`${LINKS}/${isActive ? 'reactivate' : 'deactivate'}`, { method: 'POST', body: filter });
}

export type LinkEdit = Partial<Pick<Link, 'expires_at' | 'fallback_url' | 'description' | 'destination'>>;

export function editLink(trackingId: string, edit: LinkEdit): Promise<Link> {
  return request(`${LINKS}/links/${encodeURIComponent(trackingId)}`, { method: 'PATCH', body: edit });
}
