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

/** The part of a list's view that says whether a job just made stands at its top. */
interface ListView {
  readonly page?: number;
  readonly page_size?: number;
  readonly ordering?: string;
  readonly status?: readonly string[];
  readonly file_format?: readonly string[];
  readonly report_type?: readonly string[];
  readonly created_by?: readonly string[];
}

const understood = new Set(['page', 'page_size', 'ordering', 'status', 'file_format', 'report_type', 'created_by']);

/**
 * Puts a job that was just made at the top of the first pages, newest first, whose filters it plainly meets.
 * Every other list learns of it from the reload that follows.
 */
export function addJob(queryClient: QueryClient, job: ExportJob): void {
  const lists = queryClient.getQueriesData<Page<ExportJob>>({ queryKey: jobListsKey(job.company_id) });
  for (const [queryKey, page] of lists) {
    const view = queryKey[3] as ListView;
    const isAtTop = (page?.results[0]?.created_at ?? '') < job.created_at;
    if (!page || !isAtTop || !showsAtTop(view, job) || page.results.some(({ id }) => id === job.id)) continue;
    queryClient.setQueryData<Page<ExportJob>>(queryKey, {
      ...page,
      results: [job, ...page.results].slice(0, page.page_size),
      total: page.total + 1,
      total_pages: Math.ceil((page.total + 1) / page.page_size),
    });
  }
}

function showsAtTop(view: ListView, job: ExportJob): boolean {
  const meets = (chosen: readonly string[] | undefined, value: string): boolean => chosen?.includes(value) ?? true;
  return (
    view.page === 0 &&
    view.ordering === '-created_at' &&
    Object.keys(view).every((name) => understood.has(name)) &&
    meets(view.status, job.status) &&
    meets(view.file_format, job.file_format) &&
    meets(view.report_type, job.report_type) &&
    meets(view.created_by, job.created_by.id)
  );
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
