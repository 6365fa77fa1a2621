import { QueryClient } from '@tanstack/react-query';
import { ApiError } from './request.js';

const MOST_RETRIES = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the server refused it will refuse again.
      retry: (failures, error) =>
        failures < MOST_RETRIES && !(error instanceof ApiError && error.status > 0 && error.status < 500),
    },
  },
});
