import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Answers } from '../../../../libs/client/src/generated/answers.js';
import { request } from './request.js';

export type Key = Answers['KeysController_list']['keys'][number];
export type MadeKey = Answers['KeysController_create'];
export type Scope = Key['scopes'][number];
export type AuditEntry = Answers['AuditController_list']['entries'][number];

const PATH = '/api/keys';

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: async ({ signal }) => {
    const { keys } = await request<Answers['KeysController_list']>(PATH, { query: { limit: 200 }, signal });
    return keys;
  },
});

export interface NewKey {
  name: string;
  user_id?: string | undefined;
  scopes: Scope[];
  expires_at: string | null;
}

export function createKey(key: NewKey): Promise<MadeKey> {
  return request(PATH, { method: 'POST', body: key });
}

/** The key before it is taken for a day more. */
export function rotateKey(id: string): Promise<MadeKey> {
  return request(`${PATH}/${id}/rotate`, { method: 'POST', body: { overlap_hours: 24 } });
}

export function revokeKey(id: string): Promise<Key> {
  return request(`${PATH}/${id}`, { method: 'DELETE' });
}

export const auditQuery = infiniteQueryOptions({
  queryKey: ['keys', 'audit'],
  queryFn: ({ pageParam, signal }) =>
    request<Answers['AuditController_list']>('/api/audit', {
      query: { cursor: pageParam, limit: 20 },
      signal,
    }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});
