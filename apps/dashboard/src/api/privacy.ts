import { queryOptions } from '@tanstack/react-query';
import type { Answers, Erasure } from '../../../../libs/client/src/generated/answers.js';
import { request } from './request.js';

export type { Erasure };

export type ErasureOrder = { user_id: string } | { application_id: string };

const PATH = '/api/privacy/erasures';
/** While one is under way, ms. */
const ASK_AGAIN_MS = 1_500;

export const erasuresQuery = queryOptions({
  queryKey: ['erasures'],
  queryFn: async ({ signal }) => {
    const { erasures } = await request<Answers['PrivacyController_list']>(PATH, {
      query: { limit: 20 },
      signal,
    });
    return erasures;
  },
  refetchInterval: ({ state }) => state.data?.some(({ status }) => status === 'pending') && ASK_AGAIN_MS,
});

export function requestErasure(order: ErasureOrder): Promise<Erasure> {
  return request(PATH, { method: 'POST', body: order });
}

export function anonymizeClicks(order: {
  user_id: string;
  older_than_days: number;
}): Promise<Answers['PrivacyController_anonymize']> {
  return request('/api/privacy/anonymize', { method: 'POST', body: order });
}
