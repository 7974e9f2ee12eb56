/** Who is signed in and which companies they belong to; the ground every page but sign-in stands on. */
import { queryOptions } from '@tanstack/react-query';
import type { Me } from '#contract/access.ts';
import { api } from './client.ts';

export type Company = Me['companies'][number];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => api.get<Me>('/me', { signal }),
  staleTime: 60_000,
});

export const signIn = (email: string, password: string): Promise<unknown> =>
  api.post('/sign-in', { body: { email, password } });

export const signOut = (): Promise<unknown> => api.post('/sign-out');

/** What the sign-in page may offer. Accounts only in demo mode, single sign-on only where configured. */
export interface SignInOptions {
  demo_accounts: { email: string; name: string; role: string }[] | null;
  demo_password?: string;
  single_sign_on: { name: string; url: string } | null;
}

export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: ({ signal }) => api.get<SignInOptions>('/sign-in-options', { signal }),
  staleTime: Infinity,
});
