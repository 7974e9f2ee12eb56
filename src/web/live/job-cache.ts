/** Puts what an event tells into the answers that are already on the page, so that focus and scroll stay. */
import type { QueryClient } from '@tanstack/react-query';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { allCompanies, jobListsKey, jobQuery, jobsKey } from '#web/api/export-jobs.ts';
import { newerOf, withJob, withNewJob, withoutJob, type ListView } from './job-page.ts';

/** Changes every list on the page; the last part of a list's key is its view. */
function changeLists(
  queryClient: QueryClient,
  companyId: string,
  change: (page: Page<ExportJob>, view: ListView) => Page<ExportJob>,
): void {
  const lists = [companyId, allCompanies].flatMap((id) =>
    queryClient.getQueriesData<Page<ExportJob>>({ queryKey: jobListsKey(id) }),
  );
  for (const [queryKey, page] of lists) {
    const changed = page && change(page, queryKey[3] as ListView);
    if (changed !== page) queryClient.setQueryData(queryKey, changed);
  }
}

export function putJob(queryClient: QueryClient, job: ExportJob): void {
  changeLists(queryClient, job.company_id, (page) => withJob(page, job));
  const { queryKey } = jobQuery(job.company_id, job.id);
  queryClient.setQueryData(queryKey, (known) => (known ? newerOf(known, job) : known));
}

export const addJob = (queryClient: QueryClient, job: ExportJob): void =>
  changeLists(queryClient, job.company_id, (page, view) => withNewJob(page, view, job));

/** Takes a deleted export off the page before the lists are asked again. */
export function dropJob(queryClient: QueryClient, companyId: string, id: string): void {
  changeLists(queryClient, companyId, (page) => withoutJob(page, id));
  queryClient.removeQueries({ queryKey: jobQuery(companyId, id).queryKey });
}

/** Everything about the company's exports is asked again; what is on the page stays until the answer is there. */
export async function reloadJobs(queryClient: QueryClient, companyId: string): Promise<void> {
  await Promise.all([companyId, allCompanies].map((id) => queryClient.invalidateQueries({ queryKey: jobsKey(id) })));
}
