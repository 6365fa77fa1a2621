import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Answers } from '../../../../libs/client/src/generated/answers.js';
import { request } from './request.js';

export type Profile = Omit<
  Answers['CandidatesController_get'],
  'user_id' | 'phone_number' | 'created_at' | 'updated_at'
>;

const pathOf = (userId: string) => `/api/candidates/${encodeURIComponent(userId)}`;

export const profileQuery = (userId: string) =>
  queryOptions({
    queryKey: ['profile', userId],
    queryFn: ({ signal }) => request<Answers['CandidatesController_get']>(pathOf(userId), { signal }),
  });

export function useSaveProfile(userId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (profile: Partial<Profile>) =>
      request<Answers['CandidatesController_get']>(pathOf(userId), { method: 'PUT', body: profile }),
    onSuccess: (profile) => queryClient.setQueryData(profileQuery(userId).queryKey, profile),
  });
}
