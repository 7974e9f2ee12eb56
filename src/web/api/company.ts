/** Things of one company that several pages name: its delivery locations, and who may grant what. */
import { queryOptions } from '@tanstack/react-query';
import type { DeliveryLocation } from '#contract/delivery-locations.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { OwnCompanyAccess } from '#contract/organization.ts';
import { api } from './client.ts';

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

export const companyAccessQuery = (companyId: string) =>
  queryOptions({
    queryKey: ['access', companyId],
    queryFn: ({ signal }) => api.get<OwnCompanyAccess>(`/companies/${companyId}/access`, { signal }),
    staleTime: 60_000,
  });
