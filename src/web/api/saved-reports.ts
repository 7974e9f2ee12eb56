/** Saved reports of the API: one's own and those that are shared. */
import { queryOptions } from '@tanstack/react-query';
import type { SavedReport } from '#contract/saved-reports.ts';
import { api } from './client.ts';
import { everyPage } from './every-page.ts';

export const savedReportsKey = (companyId: string) => ['saved-reports', companyId] as const;

export const savedReportsQuery = (companyId: string) =>
  queryOptions({
    queryKey: savedReportsKey(companyId),
    queryFn: ({ signal }) => everyPage<SavedReport>(`/companies/${companyId}/saved-reports`, {}, signal),
  });

export type NewSavedReport = Pick<
  SavedReport,
  'name' | 'report_type' | 'filters' | 'columns' | 'ordering' | 'period' | 'file_format' | 'options' | 'is_shared'
>;

export const createSavedReport = (companyId: string, body: NewSavedReport): Promise<SavedReport> =>
  api.post(`/companies/${companyId}/saved-reports`, { body });

export const changeSavedReport = (
  { company_id, id }: SavedReport,
  body: Partial<NewSavedReport>,
): Promise<SavedReport> => api.patch(`/companies/${company_id}/saved-reports/${id}`, { body });

export const deleteSavedReport = ({ company_id, id }: SavedReport): Promise<void> =>
  api.delete(`/companies/${company_id}/saved-reports/${id}`);
