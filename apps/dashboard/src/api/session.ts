import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Answers } from '../../../../libs/client/src/generated/answers.js';
import { request, send } from './request.js';

export type Session = Answers['SessionController_get'];

const PATH = '/api/session';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => request<Session>(PATH, { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Exchanges a key for a cookie that no script can read; nothing of the key stays in the browser. */
export function useLogin() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => logIn(key),
    onSuccess: () => queryClient.invalidateQueries(),
  });
}

export function logIn(key: string): Promise<unknown> {
  return request(PATH, { method: 'POST', body: { key } });
}

/** Nothing of what was shown stays in the page. */
export function useLogout() {
  return useMutation({
    mutationFn: () => send(PATH, { method: 'DELETE' }),
    onSuccess: () => location.assign('/'),
  });
}

/** Who is using this dashboard; undefined where nobody is asked, or it is not known yet. */
export function usePrincipal() {
  const { data } = useQuery(sessionQuery);
  return data?.principal?.kind === 'anonymous' ? undefined : (data?.principal ?? undefined);
}
