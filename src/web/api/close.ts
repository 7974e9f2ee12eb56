/** The close of a month: what stands against it, what must agree, the press, and the group's view. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  CloseKey,
  CloseList,
  CloseRow,
  Closing,
  ClosingChange,
  CompanyMonths,
  TieOut,
} from '#contract/closing.ts';
import { monthOf } from '#contract/calendar.ts';
import type { Page } from '#contract/export-jobs.ts';
import type { ExportPack } from '#contract/packs.ts';
import { api, apiUrl } from './client.ts';

export const closeKey = (companyId: string) => ['close', companyId] as const;

export const closeListQuery = (companyId: string, month: string) =>
  queryOptions({
    queryKey: [...closeKey(companyId), 'list', month],
    queryFn: ({ signal }) => api.get<CloseList>(`/companies/${companyId}/close`, { query: { month }, signal }),
  });

export const closeRowsQuery = (
  companyId: string,
  month: string,
  key: CloseKey,
  pageOf: { page: number; page_size: number },
) =>
  queryOptions({
    queryKey: [...closeKey(companyId), 'rows', month, key, pageOf],
    queryFn: ({ signal }) =>
      api.get<Page<CloseRow>>(`/companies/${companyId}/close/${key}`, {
        query: { month, ...pageOf },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

const periodOf = (month: string): { date_from: string; date_to: string } => {
  const { from, to } = monthOf(month);
  return { date_from: from, date_to: to };
};

export const tieOutQuery = (companyId: string, month: string) =>
  queryOptions({
    queryKey: [...closeKey(companyId), 'tie-out', month],
    queryFn: ({ signal }) => api.get<TieOut>(`/companies/${companyId}/tie-out`, { query: periodOf(month), signal }),
  });

export const tieOutSheetUrl = (companyId: string, month: string): string =>
  apiUrl(`/companies/${companyId}/tie-out/download`, periodOf(month));

export const closingQuery = (companyId: string) =>
  queryOptions({
    queryKey: [...closeKey(companyId), 'closing'],
    queryFn: ({ signal }) => api.get<Closing>(`/companies/${companyId}/closing`, { signal }),
  });

export const closingHistoryQuery = (companyId: string) =>
  queryOptions({
    queryKey: [...closeKey(companyId), 'history'],
    queryFn: ({ signal }) =>
      api.get<Page<ClosingChange>>(`/companies/${companyId}/closing/history`, { query: { page_size: 10 }, signal }),
  });

/** `packId`: a saved pack that is made of the month with the same press, or neither is done; empty: none. */
export const closeMonth = (
  companyId: string,
  month: string,
  reason: string,
  packId: string,
): Promise<{ closed_until: string; pack: ExportPack | null }> =>
  api.post(`/companies/${companyId}/close`, {
    body: { month, ...(reason !== '' && { reason }), ...(packId !== '' && { pack_id: packId }) },
  });

export const reopenMonth = (companyId: string, month: string, reason: string): Promise<unknown> =>
  api.delete(`/companies/${companyId}/close`, { query: { month, reason } });

export const changePolicy = (companyId: string, policy: Closing['policy']): Promise<unknown> =>
  api.put(`/companies/${companyId}/closing`, { body: { policy } });

export const groupCloseQuery = (organizationId: string) =>
  queryOptions({
    queryKey: ['close', 'group', organizationId],
    queryFn: ({ signal }) =>
      api.get<{ results: CompanyMonths[] }>(`/organizations/${organizationId}/close`, { query: { months: 6 }, signal }),
  });
