/** What works without being signed in: setting up an empty installation, and accepting an invitation. */
import { queryOptions } from '@tanstack/react-query';
import type { Me } from '#contract/access.ts';
import type { InvitationPreview } from '#contract/organization.ts';
import { api } from './client.ts';
import type { CompanyForm } from './organization.ts';
import { isProblem } from './problem.ts';

export const firstRunQuery = queryOptions({
  queryKey: ['first-run'],
  queryFn: ({ signal }) => api.get<{ needed: boolean }>('/first-run', { signal }),
  staleTime: 60_000,
});

interface FirstRunForm {
  name: string;
  email: string;
  password: string;
  organization: string;
  company: CompanyForm;
}

/** Signs in the owner it makes. */
export const setUp = (body: FirstRunForm): Promise<{ company: { id: string; name: string } }> =>
  api.post('/first-run', { body });

export const invitationQuery = (token: string) =>
  queryOptions({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => api.get<InvitationPreview>(`/invitations/${encodeURIComponent(token)}`, { signal }),
    staleTime: 0,
  });

/** Who this browser is signed in as; null for nobody, which is no reason to leave the page. */
export const signedInQuery = queryOptions({
  queryKey: ['signed-in'],
  queryFn: async ({ signal }) => {
    try {
      return (await api.get<Me>('/me', { signal })).user;
    } catch (error) {
      if (isProblem(error, 'not_signed_in')) return null;
      throw error;
    }
  },
  staleTime: 0,
});

/** With name and password for a new account, without them as the person signed in. */
export const acceptInvitation = (token: string, account?: { name: string; password: string }): Promise<unknown> =>
  api.post(`/invitations/${encodeURIComponent(token)}/accept`, { body: account ?? {} });
