/**
 * Puts what an event tells into the answers already on the page: rows change in place, so that focus and scroll stay.
 * Rows never go back in time; duplicates change nothing.
 */
import type { QueryClient } from '@tanstack/react-query';
import type { ExportJob, Page } from '#contract/export-jobs.ts';
import { jobListsKey, jobQuery, jobsKey } from '#web/api/export-jobs.ts';

export function putJob(queryClient: QueryClient, job: ExportJob): void {
  queryClient.setQueriesData<Page<ExportJob>>({ queryKey: jobListsKey(job.company_id) }, (page) => {
    if (!page?.results.some((row) => row.id === job.id && isNewer(job, row))) return page;
    return { ...page, results: page.results.map((row) => (row.id === job.id ? merged(row, job) : row)) };
  });
  const { queryKey } = jobQuery(job.company_id, job.id);
  queryClient.setQueryData(queryKey, (known) => (known && isNewer(job, known) ? merged(known, job) : known));
}

/** Everything about the company's exports is asked again; what is on the page stays until the answer is there. */
export const reloadJobs = (queryClient: QueryClient, companyId: string): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: jobsKey(companyId) });

function isNewer(job: ExportJob, row: ExportJob): boolean {
  if (job.updated_at !== row.updated_at) return job.updated_at > row.updated_at;
  if (job.attempt !== row.attempt) return job.attempt > row.attempt;
  return (job.progress?.rows_done ?? -1) >= (row.progress?.rows_done ?? -1);
}

/** The place in the queue is computed when read and is no event: the known one stays until the next answer. */
const merged = (row: ExportJob, job: ExportJob): ExportJob => ({
  ...job,
  queue_position: job.queue_position ?? (job.status === 'pending' ? row.queue_position : null),
});

/** Takes a deleted export off the page before the lists are asked again. */
export function dropJob(queryClient: QueryClient, companyId: string, id: string): void {
  queryClient.setQueriesData<Page<ExportJob>>({ queryKey: jobListsKey(companyId) }, (page) =>
    page?.results.some((row) => row.id === id)
      ? { ...page, results: page.results.filter((row) => row.id !== id), total: page.total - 1 }
      : page,
  );
  queryClient.removeQueries({ queryKey: jobQuery(companyId, id).queryKey });
}
