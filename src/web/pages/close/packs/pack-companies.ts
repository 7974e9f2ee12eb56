/** The companies of this organization whose financials one may view: the selected one first, as packs stand with their first; then by name. */
import { useMemo } from 'react';
import type { Me } from '#contract/access.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';

export function usePackCompanies(): Me['companies'] {
  const { id: selected, organization_id: organizationId } = useCompany();
  const { companies } = useMe();
  return useMemo(
    () =>
      companies
        .filter(
          ({ organization_id, capabilities }) =>
            organization_id === organizationId && capabilities.includes('view_financials'),
        )
        .toSorted(
          (a, b) => Number(b.id === selected) - Number(a.id === selected) || a.name.localeCompare(b.name, 'en'),
        ),
    [companies, organizationId, selected],
  );
}
