import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { request } from './request.js';

export interface Profile {
  first_name: string | null;
  last_name: string | null;
  email: string | null;
  phone: string | null;
  mailing_address: string | null;
  calendly_url: string | null;
  linkedin_url: string | null;
  portfolio_url: string | null;
}

const pathOf = (userId: string) => `/api/candidates/${encodeURIComponent(userId)}`;

export const profileQuery = (userId: string) =>
  queryOptions({
    queryKey: ['profile', userId],
    queryFn: ({ signal }) => request<Profile>(pathOf(userId), { signal }),
  });

export function useSaveProfile(userId: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (profile: Partial<Profile>) =>
      request<Profile>(pathOf(userId), { method: 'PUT', body: profile }),
    onSuccess: (profile) => queryClient.setQueryData(profileQuery(userId).queryKey, profile),
  });
}
