/** The page's state, which is its address, and the organization of the selected company. */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { Me } from '#contract/access.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import type { OrganizationSearch } from './search.ts';

interface View {
  readonly search: OrganizationSearch;
  /** Changes some fields; whatever is not the page itself goes back to the first page. */
  readonly change: (patch: Partial<OrganizationSearch>, options?: { replace?: boolean }) => void;
}

export function useView(): View {
  const search = useSearch({ from: '/app/organization' });
  const navigate = useNavigate({ from: '/organization' });
  const change = useCallback<View['change']>(
    (patch, { replace = false } = {}) =>
      void navigate({
        search: (known) => ({ ...known, ...('page' in patch ? {} : { page: undefined }), ...patch }),
        replace,
        resetScroll: false,
      }),
    [navigate],
  );
  return { search, change };
}

export type OwnOrganization = Me['organizations'][number] & { readonly isAdministrator: boolean };

/** Of the selected company; null for somebody who belongs to the company alone. */
export function useOrganization(): OwnOrganization | null {
  const me = useMe();
  const company = useCompany();
  const organization = me.organizations.find(({ id }) => id === company.organization_id);
  return organization ? { ...organization, isAdministrator: organization.role !== 'member' } : null;
}
