/** One's own account: API keys, the browsers one is signed in with, the password, the second factor. */
import { queryOptions } from '@tanstack/react-query';
import type { MailWishes } from '#contract/deliveries.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { SessionEntry } from '#contract/organization.ts';
import type { SecondFactor, SecondFactorSecret } from '#contract/sign-in.ts';
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

/** Every other session ends with it, and every API key if asked. */
export const changePassword = (current: string, next: string, endApiKeys: boolean): Promise<void> =>
  api.post('/password', { body: { current, new: next, end_api_keys: endApiKeys } });

export const secondFactorQuery = queryOptions({
  queryKey: ['second-factor'],
  queryFn: ({ signal }) => api.get<SecondFactor>('/second-factor', { signal }),
});

export const beginSecondFactor = (password: string): Promise<SecondFactorSecret> =>
  api.post('/second-factor', { body: { password } });

/** The recovery codes are in this answer only. */
export const confirmSecondFactor = (code: string): Promise<{ recovery_codes: string[] }> =>
  api.post('/second-factor/confirm', { body: { code } });

interface PasswordAndCode {
  readonly password: string;
  readonly code: string;
}

export const renewRecoveryCodes = (body: PasswordAndCode): Promise<{ recovery_codes: string[] }> =>
  api.post('/second-factor/recovery-codes', { body });

export const disableSecondFactor = (body: PasswordAndCode): Promise<void> =>
  api.post('/second-factor/disable', { body });

export const mailWishesQuery = queryOptions({
  queryKey: ['mail-wishes'],
  queryFn: ({ signal }) => api.get<MailWishes>('/me/mail', { signal }),
});

export const setMailWishes = (body: MailWishes): Promise<MailWishes> => api.put('/me/mail', { body });
