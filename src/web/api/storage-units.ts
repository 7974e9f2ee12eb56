/** Where stock is kept: all storage units of a company, archived ones too, since stock was moved in those. */
import { queryOptions } from '@tanstack/react-query';
import type { StorageUnitEntry } from '#contract/delivery-locations.ts';
import type { Page } from '#contract/export-jobs.ts';
import { api } from './client.ts';

export const allStorageUnitsQuery = (companyId: string) =>
  queryOptions({
    queryKey: ['storage-units', companyId, 'all'],
    queryFn: async ({ signal }) => {
      const all: StorageUnitEntry[] = [];
      for (let page = 0; ; page++) {
        const query = { archived: 'all', page, page_size: 200 };
        const answer = await api.get<Page<StorageUnitEntry>>(`/companies/${companyId}/storage-units`, {
          query,
          signal,
        });
        all.push(...answer.results);
        if (page + 1 >= answer.total_pages) return all;
      }
    },
    staleTime: 5 * 60_000,
  });
