import { queryOptions } from '@tanstack/react-query';
import { request } from './request.js';

export interface Erasure {
  erasure_id: string;
  /** user, application, address or session; which one is not kept. */
  kind: string;
  status: 'pending' | 'done' | 'failed';
  requested_at: string;
  finished_at: string | null;
  services: Record<string, { status: 'pending' | 'done' | 'failed'; erased: Record<string, number> }>;
}

export type ErasureOrder = { user_id: string } | { application_id: string };

const PATH = '/api/privacy/erasures';
/** While one is under way, ms. */
const ASK_AGAIN_MS = 1_500;

export const erasuresQuery = queryOptions({
  queryKey: ['erasures'],
  queryFn: async ({ signal }) => {
    const { erasures } = await request<{ erasures: Erasure[] }>(PATH, { query: { limit: 20 }, signal });
    return erasures;
  },
  refetchInterval: ({ state }) => state.data?.some(({ status }) => status === 'pending') && ASK_AGAIN_MS,
});

export function requestErasure(order: ErasureOrder): Promise<Erasure> {
  return request(PATH, { method: 'POST', body: order });
}
