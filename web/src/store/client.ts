import { QueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/http.ts';

/** What was read from the server. The live socket keeps it true; what it cannot is read again. */
export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 15 * 60_000,
      refetchOnWindowFocus: false,
      // The socket says when the server is back; a browser only knows of its own cable.
      networkMode: 'always',
      retry: (failures, error) => failures < 3 && error instanceof ApiError && error.passes,
      retryDelay: (failures) => Math.min(500 * 2 ** failures, 8000),
    },
    mutations: { networkMode: 'always' },
  },
});

/** Reads again what a screen waits for and could not have: the server is back. */
export const readFailed = (): void =>
  void client.refetchQueries({
    type: 'active',
    predicate: ({ state: { error } }) => error instanceof ApiError && error.passes,
  });
