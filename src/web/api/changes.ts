/** What changed: of an export since it was made, and of a company's data. */
import { queryOptions } from '@tanstack/react-query';
import type { DataVersion, ExportDifference } from '#contract/changes.ts';
import type { Page } from '#contract/export-jobs.ts';
import { api } from './client.ts';
import { jobsKey } from './export-jobs.ts';

const shownMax = 20;

/** @param version that it is compared with: another is another question */
export const changesQuery = (companyId: string, jobId: string, version: number) =>
  queryOptions({
    queryKey: [...jobsKey(companyId), 'changes', jobId, version],
    queryFn: ({ signal }) =>
      api.get<ExportDifference>(`/export-jobs/${encodeURIComponent(jobId)}/changes`, {
        query: { page_size: shownMax },
        signal,
      }),
  });

const versionsPath = (companyId: string): string => `/companies/${encodeURIComponent(companyId)}/data-versions`;
export const versionsKey = (companyId: string) => ['data-versions', companyId] as const;

export const versionsQuery = (companyId: string, page: number) =>
  queryOptions({
    queryKey: [...versionsKey(companyId), page],
    queryFn: ({ signal }) =>
      api.get<Page<DataVersion>>(versionsPath(companyId), { query: { page, page_size: 50 }, signal }),
  });

export const undoVersion = (companyId: string, version: number, key: string, reason?: string): Promise<DataVersion> =>
  api.post(`${versionsPath(companyId)}/${version}/undo`, {
    headers: { 'idempotency-key': key },
    query: { reason },
  });
