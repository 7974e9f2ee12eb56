/**
 * The cache of answers. A refusal (4xx) is never asked again; an answer that did not come is, with growing pauses.
 */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, isProblem } from './problem.ts';

const retriesMax = 2;

/** `onSignedOut` is called when any answer says that the session is gone. */
export function createQueryClient(onSignedOut: () => void): QueryClient {
  const notice = (error: unknown): void => {
    if (isProblem(error, 'not_signed_in')) onSignedOut();
  };
  return new QueryClient({
    queryCache: new QueryCache({ onError: notice }),
    mutationCache: new MutationCache({ onError: notice }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        networkMode: 'always',
        retry: (failures, error) =>
          failures < retriesMax && !(error instanceof ApiProblem && error.status >= 400 && error.status < 500),
        retryDelay: (attempt) => Math.min(1000 * 2 ** attempt, 8000),
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  });
}
