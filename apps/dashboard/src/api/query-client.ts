import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError } from './request.js';
import { sessionQuery } from './session.js';

const MOST_RETRIES = 2;

/** Asks who is logged in again when a call was refused: the session may be over. */
function askWhoIsLoggedIn(error: Error): void {
  if (error instanceof ApiError && error.status === 401)
    void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey });
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: askWhoIsLoggedIn }),
  mutationCache: new MutationCache({ onError: askWhoIsLoggedIn }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the server refused it will refuse again.
      retry: (failures, error) =>
        failures < MOST_RETRIES && !(error instanceof ApiError && error.status > 0 && error.status < 500),
    },
  },
});
