/** How many exports of a company are waiting or running: the number beside Export History. */
import { queryOptions } from '@tanstack/react-query';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { api } from '#web/api/client.ts';

export const unfinishedQuery = (companyId: string) =>
  queryOptions({
    queryKey: ['unfinished', companyId],
    queryFn: async ({ signal }) => {
      const page = await api.get<Page<ExportJob>>('/export-jobs', {
        query: { company_id: companyId, status: ['pending', 'processing'], page_size: 1 },
        signal,
      });
      return page.total;
    },
  });
