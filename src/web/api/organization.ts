/** Organizations, companies, people and invitations of the API, and the keys under which their answers are kept. */
import { queryOptions } from '@tanstack/react-query';
import type { Capability, CompanyRole, OrganizationRole } from '#contract/access.ts';
import type { Page } from '#contract/export-jobs.ts';
import type {
  CompanyAssignment,
  CompanyEntry,
  CompanyMember,
  Invitation,
  NewInvitation,
  OrganizationMember,
} from '#contract/organization.ts';
import { api } from './client.ts';
import { everyPage } from './every-page.ts';

/** Everything kept about organizations lies below this key. */
export const organizationsKey = ['organizations'] as const;
const membersKey = (companyId: string) => [...organizationsKey, 'company-members', companyId] as const;

/** In use before archived. */
export const companiesQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [...organizationsKey, organizationId, 'companies'],
    queryFn: ({ signal }) => everyPage<CompanyEntry>(`/organizations/${organizationId}/companies`, {}, signal),
  });

/** Answered to administrators only. */
export const peopleQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [...organizationsKey, organizationId, 'people'],
    queryFn: ({ signal }) => everyPage<OrganizationMember>(`/organizations/${organizationId}/members`, {}, signal),
  });

/** Not accepted yet. Answered to administrators only. */
export const invitationsQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [...organizationsKey, organizationId, 'invitations'],
    queryFn: ({ signal }) => everyPage<Invitation>(`/organizations/${organizationId}/invitations`, {}, signal),
  });

interface MembersPage {
  readonly page: number;
  readonly page_size: number;
  readonly search?: string | undefined;
}

/** While another page or search loads, the rows stay; those of another company never. */
export const companyMembersQuery = (companyId: string, of: MembersPage) =>
  queryOptions({
    queryKey: [...membersKey(companyId), of],
    queryFn: ({ signal }) =>
      api.get<Page<CompanyMember>>(`/companies/${companyId}/members`, { query: { ...of }, signal }),
    placeholderData: (known: Page<CompanyMember> | undefined, query) =>
      query?.queryKey[2] === companyId ? known : undefined,
  });

export interface CompanyForm {
  name: string;
  time_zone: string;
  currency: string;
  locale: string;
}

/** Whoever founds it is its owner. */
export const createOrganization = (name: string): Promise<{ id: string }> =>
  api.post('/organizations', { body: { name } });

export const renameOrganization = (id: string, name: string): Promise<unknown> =>
  api.patch(`/organizations/${id}`, { body: { name } });

export const createCompany = (organizationId: string, body: CompanyForm): Promise<CompanyEntry> =>
  api.post(`/organizations/${organizationId}/companies`, { body });

export const changeCompany = (id: string, body: Partial<CompanyForm> & { archived?: boolean }): Promise<CompanyEntry> =>
  api.patch(`/companies/${id}`, { body });

export interface MemberAccess {
  role: CompanyRole;
  granted: readonly Capability[];
  denied: readonly Capability[];
}

export const setMemberAccess = (companyId: string, userId: string, body: MemberAccess): Promise<CompanyMember> =>
  api.put(`/companies/${companyId}/members/${userId}`, { body });

export const removeFromCompany = (companyId: string, userId: string): Promise<void> =>
  api.delete(`/companies/${companyId}/members/${userId}`);

export const changeOrganizationRole = (
  organizationId: string,
  userId: string,
  role: OrganizationRole,
): Promise<OrganizationMember> => api.patch(`/organizations/${organizationId}/members/${userId}`, { body: { role } });

export const removeFromOrganization = (organizationId: string, userId: string): Promise<void> =>
  api.delete(`/organizations/${organizationId}/members/${userId}`);

/** For owners; the answer is the only time the link is shown. */
export const makeResetLink = (
  organizationId: string,
  userId: string,
): Promise<{ link: string; expires_in_minutes: number }> =>
  api.post(`/organizations/${organizationId}/members/${userId}/password-reset`);

interface NewInvitationForm {
  email: string;
  role: OrganizationRole;
  company_roles: CompanyAssignment[];
}

/** A link that is not mailed is in this answer only. */
export const invite = (organizationId: string, body: NewInvitationForm): Promise<NewInvitation> =>
  api.post(`/organizations/${organizationId}/invitations`, { body });

export const withdrawInvitation = (organizationId: string, id: string): Promise<void> =>
  api.delete(`/organizations/${organizationId}/invitations/${id}`);
