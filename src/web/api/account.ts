/** One's own account: API keys, the browsers one is signed in with, the password. */
import { queryOptions } from '@tanstack/react-query';
import type { Page } from '#contract/export-jobs.ts';
import type { SessionEntry } from '#contract/organization.ts';
import { api } from './client.ts';

export interface ApiKey {
  id: string;
  name: string;
  /** The first characters of the key, by which it is told from others. */
  prefix: string;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
}

export const apiKeysKey = ['api-keys'] as const;
export const apiKeysQuery = (page: number) =>
  queryOptions({
    queryKey: [...apiKeysKey, page],
    queryFn: ({ signal }) => api.get<Page<ApiKey>>('/api-keys', { query: { page, page_size: 50 }, signal }),
  });

/** `key` is in this answer only. */
export const createApiKey = (name: string, expiresAt: string | null): Promise<ApiKey & { key: string }> =>
  api.post('/api-keys', { body: { name, expires_at: expiresAt } });

export const deleteApiKey = (id: string): Promise<void> => api.delete(`/api-keys/${id}`);

export const sessionsKey = ['sessions'] as const;
export const sessionsQuery = (page: number) =>
  queryOptions({
    queryKey: [...sessionsKey, page],
    queryFn: ({ signal }) => api.get<Page<SessionEntry>>('/sessions', { query: { page, page_size: 50 }, signal }),
  });

export const endSession = (id: string): Promise<void> => api.delete(`/sessions/${id}`);

/** Every other session ends with it. */
export const changePassword = (current: string, next: string): Promise<void> =>
  api.post('/password', { body: { current, new: next } });
