/**
 * What an event about a job makes of a page of a list: rows change in place and never go back in time; a job just made
 * stands at the top where it plainly belongs. Nothing is copied when nothing changes.
 */
import type { ExportJob, Page } from '#contract/export-jobs.ts';

/** The part of a list's view that says whether a job just made stands at its top. */
export interface ListView {
  readonly page?: number;
  readonly page_size?: number;
  readonly ordering?: string;
  readonly status?: readonly string[];
  readonly file_format?: readonly string[];
  readonly report_type?: readonly string[];
  readonly created_by?: readonly string[];
}

/** A view with any other field is left to the next reload. */
const understood = new Set(['page', 'page_size', 'ordering', 'status', 'file_format', 'report_type', 'created_by']);

/** `job` when it is newer than what is known, otherwise what is known. */
export function newerOf(known: ExportJob, job: ExportJob): ExportJob {
  if (!isNewer(job, known)) return known;
  // the place in the queue is computed when read and is no event: the known one stays until the next answer
  return { ...job, queue_position: job.queue_position ?? (job.status === 'pending' ? known.queue_position : null) };
}

function isNewer(job: ExportJob, known: ExportJob): boolean {
  if (job.updated_at !== known.updated_at) return job.updated_at > known.updated_at;
  if (job.attempt !== known.attempt) return job.attempt > known.attempt;
  return (job.progress?.rows_done ?? -1) > (known.progress?.rows_done ?? -1);
}

export function withJob(page: Page<ExportJob>, job: ExportJob): Page<ExportJob> {
  const results = page.results.map((row) => (row.id === job.id ? newerOf(row, job) : row));
  return results.every((row, at) => row === page.results[at]) ? page : { ...page, results };
}

/** Only on the first page, newest first, and only when all its filters are met for certain. */
export function withNewJob(page: Page<ExportJob>, view: ListView, job: ExportJob): Page<ExportJob> {
  const isAtTop = (page.results[0]?.created_at ?? '') < job.created_at;
  if (!isAtTop || !showsAtTop(view, job) || page.results.some(({ id }) => id === job.id)) return page;
  const total = page.total + 1;
  return {
    ...page,
    results: [job, ...page.results].slice(0, page.page_size),
    total,
    total_pages: Math.ceil(total / page.page_size),
  };
}

export function withoutJob(page: Page<ExportJob>, id: string): Page<ExportJob> {
  const results = page.results.filter((row) => row.id !== id);
  return results.length === page.results.length ? page : { ...page, results, total: page.total - 1 };
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
