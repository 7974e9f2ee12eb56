/**
 * The list as the page shows it. The one place where the page's names become those of the API:
 * `created_from`/`created_to` are asked for as `created_at_from`/`created_at_to` (M24).
 */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import {
  allCompanies,
  jobFacets,
  jobListsKey,
  jobsKey,
  listJobs,
  type JobFacets,
  type JobListQuery,
} from '#web/api/export-jobs.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { useLive } from '#web/live/live-provider.tsx';
import type { JobListFilters, JobListView } from './search.ts';
import { useView } from './use-view.ts';

/** Whose exports are listed: the selected company's id, or all. */
function useListOf(): string {
  const { id } = useCompany();
  const { search } = useView();
  return search.of === 'all' ? (search.in ?? allCompanies) : id;
}

/** The query of the API for a view of the page, or for its filters alone. */
export function apiQueryOf(companyId: string, view: JobListFilters & Partial<JobListView>): JobListQuery {
  const { created_from, created_to, ...rest } = view;
  return {
    ...rest,
    ...(companyId !== allCompanies && { company_id: companyId }),
    ...(created_from && { created_at_from: created_from }),
    ...(created_to && { created_at_to: created_to }),
  };
}

/** While another page, order or filter loads, the rows of the last one stay; those of another company never. */
export function useExportJobs(view: JobListView): UseQueryResult<Page<ExportJob>, Error> {
  const id = useListOf();
  const { company: live } = useLive();
  const queryKey = [...jobListsKey(id), view];
  const result = useQuery({
    queryKey,
    queryFn: ({ signal }) => live.freshPage(view, () => listJobs(apiQueryOf(id, view), signal)),
    placeholderData: (rows, query) => (query?.queryKey[1] === id ? rows : undefined),
  });
  const { data } = result;
  useEffect(() => {
    for (const job of data?.results ?? []) live.see(job);
  }, [data, live]);
  return result;
}

/** How many exports the company has in all; asked only while filters hide some. */
export function useTotalOfAll(isOn: boolean): number | undefined {
  const id = useListOf();
  const { data } = useQuery({
    queryKey: [...jobsKey(id), 'total'],
    queryFn: ({ signal }) => listJobs(apiQueryOf(id, { page_size: 1 }), signal).then(({ total }) => total),
    enabled: isOn,
  });
  return data;
}

/** For each choice of a filter, how many exports it would leave with the other filters as they are. */
export function useFacets(filters: JobListFilters): JobFacets | undefined {
  const id = useListOf();
  const { data } = useQuery({
    queryKey: [...jobsKey(id), 'facets', filters],
    queryFn: ({ signal }) => jobFacets(apiQueryOf(id, filters), signal),
    placeholderData: (known, query) => (query?.queryKey[1] === id ? known : undefined),
  });
  return data;
}
