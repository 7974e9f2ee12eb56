/** Things of one company that several pages name: its delivery locations, and who may grant what. */
import { queryOptions } from '@tanstack/react-query';
import type { Capability } from '#contract/access.ts';
import type { Page } from '#contract/export-jobs.ts';
import { api } from './client.ts';

export interface DeliveryLocation {
  id: string;
  code: string;
  name: string;
  archived_at: string | null;
}

/** All of them, archived ones too: past exports name those. */
export const deliveryLocationsQuery = (companyId: string) =>
  queryOptions({
    queryKey: ['delivery-locations', companyId, 'names'],
    queryFn: async ({ signal }) => {
      const all: DeliveryLocation[] = [];
      for (let page = 0; ; page++) {
        const answer = await api.get<Page<DeliveryLocation>>(`/companies/${companyId}/delivery-locations`, {
          query: { page, page_size: 200 },
          signal,
        });
        all.push(...answer.results);
        if (page + 1 >= answer.total_pages) return all;
      }
    },
    staleTime: 5 * 60_000,
  });

export interface CompanyAccess {
  capabilities: Capability[];
  administrators: { name: string; email: string }[];
}

export const companyAccessQuery = (companyId: string) =>
  queryOptions({
    queryKey: ['access', companyId],
    queryFn: ({ signal }) => api.get<CompanyAccess>(`/companies/${companyId}/access`, { signal }),
    staleTime: 60_000,
  });
