/** Who is signed in and which companies they belong to; the ground every page but sign-in stands on. */
import { queryOptions } from '@tanstack/react-query';
import type { Me } from '#contract/access.ts';
import type { AccountChoice, SignInOptions } from '#contract/sign-in.ts';
import { api } from './client.ts';
import type { ApiProblem } from './problem.ts';

export type Company = Me['companies'][number];

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => api.get<Me>('/me', { signal }),
  staleTime: 60_000,
});

/**
 * An account with a second factor is refused as `second_factor_required`; then comes `signInByCode`. Several accounts that
 * fit are refused as `organization_required`; then one is chosen.
 */
export const signIn = (email: string, password: string, account?: AccountChoice): Promise<unknown> =>
  api.post('/sign-in', {
    body: { email, password, ...(account && { organization_id: account.organization_id }) },
  });

/** What `organization_required` lists. */
export const accountChoices = (problem: ApiProblem): readonly AccountChoice[] =>
  Array.isArray(problem.answer['accounts']) ? (problem.answer['accounts'] as AccountChoice[]) : [];

export const signInByCode = (code: string): Promise<unknown> => api.post('/sign-in/code', { body: { code } });

export const signOut = (): Promise<unknown> => api.post('/sign-out');

export const signInOptionsQuery = queryOptions({
  queryKey: ['sign-in-options'],
  queryFn: ({ signal }) => api.get<SignInOptions>('/sign-in-options', { signal }),
  staleTime: Infinity,
});
