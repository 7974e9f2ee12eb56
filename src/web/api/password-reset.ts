/** A new password for somebody who has forgotten theirs. */
import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

/** Answered alike whether or not there is such an account. */
export const askForReset = (email: string): Promise<void> => api.post('/password-resets', { body: { email } });

export const resetQuery = (token: string) =>
  queryOptions({
    queryKey: ['password-reset', token],
    queryFn: ({ signal }) =>
      api.get<{ email: string; expires_at: string }>(`/password-resets/${encodeURIComponent(token)}`, { signal }),
    retry: false,
  });

export const resetPassword = (token: string, password: string): Promise<void> =>
  api.post(`/password-resets/${encodeURIComponent(token)}`, { body: { password } });
