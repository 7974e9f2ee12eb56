/** The export jobs of the API, one function a verb, and the keys under which their answers are kept. */
import { queryOptions } from '@tanstack/react-query';
import type { TellMe } from '#contract/deliveries.ts';
import type { DownloadLink, ExportJob, JobFilters, JobFormat, JobType, Page } from '#contract/export-jobs.ts';
import type { ExportOptions } from '#contract/reports.ts';
import { api } from './client.ts';

/** Instead of a company's id: lists of the exports of all of them. */
export const allCompanies = 'all';

/** Every list, count and detail of a company's exports lies below this key. */
export const jobsKey = (companyId: string) => ['export-jobs', companyId] as const;
export const jobListsKey = (companyId: string) => [...jobsKey(companyId), 'list'] as const;
const jobKey = (companyId: string, id: string) => [...jobsKey(companyId), 'job', id] as const;

/** What the API takes; the page's own names are translated in `use-export-jobs.ts`. */
export interface JobListQuery {
  /** Absent: of every company one may see. */
  readonly company_id?: string;
  readonly page?: number;
  readonly page_size?: number;
  readonly ordering?: string;
  readonly status?: readonly string[];
  readonly file_format?: readonly string[];
  readonly report_type?: readonly string[];
  readonly created_by?: readonly string[];
  readonly delivery_location_id?: readonly string[];
  readonly created_at_from?: string;
  readonly created_at_to?: string;
  readonly period_from?: string;
  readonly period_to?: string;
}

export const listJobs = (query: JobListQuery, signal?: AbortSignal): Promise<Page<ExportJob>> =>
  api.get('/export-jobs', { query: { ...query }, ...(signal && { signal }) });

export interface JobFacets {
  status: Partial<Record<string, number>>;
  file_format: Partial<Record<string, number>>;
  report_type: Partial<Record<string, number>>;
  created_by: { id: string; name: string; count: number }[];
}

export const jobFacets = (query: JobListQuery, signal: AbortSignal): Promise<JobFacets> =>
  api.get('/export-jobs/facets', { query: { ...query }, signal });

/** How many are waiting or running: the number beside Export History, and what polling looks at. */
export const unfinishedQuery = (companyId: string) =>
  queryOptions({
    queryKey: [...jobsKey(companyId), 'unfinished'],
    queryFn: async ({ signal }) => {
      const query = { company_id: companyId, status: ['pending', 'processing'], page_size: 1 };
      return (await listJobs(query, signal)).total;
    },
  });

export const jobQuery = (companyId: string, id: string) =>
  queryOptions({
    queryKey: jobKey(companyId, id),
    queryFn: ({ signal }) => readJob(id, signal),
  });

export const readJob = (id: string, signal: AbortSignal): Promise<ExportJob> =>
  api.get(`/export-jobs/${encodeURIComponent(id)}`, { signal });

export interface JobActivity {
  attempts: { attempt: number; started_at: string; ended_at: string | null; outcome: string | null }[];
  /** `user` is null when it was the operator, or somebody who is no longer there. */
  downloads: { at: string; user: { id: string; name: string } | null }[];
}

export const jobActivityQuery = (companyId: string, id: string) =>
  queryOptions({
    queryKey: [...jobKey(companyId, id), 'activity'],
    queryFn: ({ signal }) => api.get<JobActivity>(`/export-jobs/${encodeURIComponent(id)}/activity`, { signal }),
  });

/** Whether one is told by mail when it has ended. */
export const tellMeQuery = (companyId: string, id: string) =>
  queryOptions({
    queryKey: [...jobKey(companyId, id), 'tell-me'],
    queryFn: ({ signal }) => api.get<TellMe>(`/export-jobs/${encodeURIComponent(id)}/notify`, { signal }),
  });

export interface NewJob {
  company_id: string;
  /** Absent with a saved report, whose question it is. */
  report_type?: JobType;
  saved_report_id?: string;
  file_format: JobFormat;
  date_from: string;
  date_to: string;
  filters?: JobFilters;
  options?: ExportOptions;
  /** By mail, when it has ended. */
  notify?: boolean;
}

/** `idempotencyKey` makes a repeated send of the same form one job. */
export const createJob = (body: NewJob, idempotencyKey: string): Promise<ExportJob> =>
  api.post('/export-jobs', { body, headers: { 'idempotency-key': idempotencyKey } });

const actionPath = (id: string, action = ''): string => `/export-jobs/${encodeURIComponent(id)}${action}`;

export const cancelJob = (id: string): Promise<ExportJob> => api.post(actionPath(id, '/cancel'));
export const retryJob = (id: string): Promise<ExportJob> => api.post(actionPath(id, '/retry'));
/** Of the data as they were when the first was made. */
export const retryAsItStood = (id: string): Promise<ExportJob> =>
  api.post(actionPath(id, '/retry'), { body: { as_of: 'original' } });
export const markChanges = (id: string, is_known: boolean): Promise<ExportJob> =>
  api.put(actionPath(id, '/changes/known'), { body: { is_known } });
export const tellMe = (id: string, notify: boolean): Promise<TellMe> =>
  api.put(actionPath(id, '/notify'), { body: { notify } });
export const deleteJob = (id: string): Promise<void> => api.delete(actionPath(id));

/** A link made for this one click; it is never kept (M13). */
export const downloadLink = (id: string): Promise<DownloadLink> => api.get(actionPath(id, '/download'));
/** The address of one ZIP of all of them; each is proven now, and again when it is fetched. */
export const downloadTogether = (ids: readonly string[]): Promise<DownloadLink> =>
  api.post('/export-jobs/download', { body: { ids } });
