/** Notes on an export; kept below the export's own key, so that they are asked again with it. */
import { queryOptions } from '@tanstack/react-query';
import type { ExportNote } from '#contract/notes.ts';
import type { Page } from '#contract/export-jobs.ts';
import { api } from './client.ts';
import { jobQuery } from './export-jobs.ts';

const pathOf = (jobId: string): string => `/export-jobs/${encodeURIComponent(jobId)}/notes`;

export const notesQuery = (companyId: string, jobId: string) =>
  queryOptions({
    queryKey: [...jobQuery(companyId, jobId).queryKey, 'notes'],
    queryFn: ({ signal }) => api.get<Page<ExportNote>>(pathOf(jobId), { query: { page_size: 100 }, signal }),
  });

/** `idempotencyKey`: a note that is sent again after no answer came is one. */
export const writeNote = (jobId: string, text: string, idempotencyKey: string): Promise<ExportNote> =>
  api.post(pathOf(jobId), { body: { text }, headers: { 'idempotency-key': idempotencyKey } });

export const deleteNote = (jobId: string, noteId: string): Promise<void> => api.delete(`${pathOf(jobId)}/${noteId}`);
