/** The reports of the API: what there is, pages of one, the figures above it, and the address of its file. */
import { queryOptions } from '@tanstack/react-query';
import type { Page } from '#contract/export-jobs.ts';
import type { DeliverySummary, InventorySummary, ReportTotals, SummarizedReport } from '#contract/report-summaries.ts';
import type { Column, ExportOptions, FileFormat, ReportType } from '#contract/reports.ts';
import { api, apiUrl } from './client.ts';

/** What is asked of a report, besides the page of it: company, days (both included), filters by their key. */
export interface ReportQuestion {
  readonly company_id: string;
  readonly date_from: string;
  readonly date_to: string;
  readonly filters: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Cells by column key. */
export type ReportRow = Readonly<Record<string, string | null>>;

export interface ReportPage extends Page<ReportRow> {
  /** Of all rows, one entry per currency. */
  totals: ReportTotals[];
  /** RFC 3339. */
  snapshot_at: string;
}

export interface ReportFilter {
  key: string;
  label: string;
  type: string;
  choices?: string[];
}

interface ReportList {
  results: { type: ReportType; title: string; columns: Column[]; filters: ReportFilter[] }[];
  /** Rows a format may have, downloaded at once and exported in the background; absent: any number. */
  row_limits: Partial<Record<FileFormat, { direct: number; background: number }>>;
}

/** Everything kept about a company's reports lies below this key. */
const reportsKey = (companyId: string, type: ReportType) => ['reports', companyId, type] as const;

const queryOf = ({ filters, ...rest }: ReportQuestion) => ({ ...filters, ...rest });

export const reportListQuery = queryOptions({
  queryKey: ['reports'],
  queryFn: ({ signal }) => api.get<ReportList>('/reports', { signal }),
  staleTime: Infinity,
});

interface PageOf {
  readonly page: number;
  readonly page_size: number;
  readonly ordering: string;
}

/** While another page, order or filter loads, the last rows stay; those of another company never. */
export const reportPageQuery = (type: ReportType, question: ReportQuestion, pageOf: PageOf) =>
  queryOptions({
    queryKey: [...reportsKey(question.company_id, type), 'page', question, pageOf],
    queryFn: ({ signal }) =>
      api.get<ReportPage>(`/reports/${type}`, { query: { ...queryOf(question), ...pageOf }, signal }),
    placeholderData: (known: ReportPage | undefined, query) =>
      query?.queryKey[1] === question.company_id ? known : undefined,
  });

const summaryKey = (type: SummarizedReport, question: ReportQuestion) =>
  [...reportsKey(question.company_id, type), 'summary', question] as const;

export const deliverySummaryQuery = (question: ReportQuestion) =>
  queryOptions({
    queryKey: summaryKey('delivery_location', question),
    queryFn: ({ signal }) =>
      api.get<DeliverySummary>('/reports/delivery_location/summary', { query: queryOf(question), signal }),
    placeholderData: (known: DeliverySummary | undefined, query) =>
      query?.queryKey[1] === question.company_id ? known : undefined,
  });

export const inventorySummaryQuery = (question: ReportQuestion) =>
  queryOptions({
    queryKey: summaryKey('inventory', question),
    queryFn: ({ signal }) =>
      api.get<InventorySummary>('/reports/inventory/summary', { query: queryOf(question), signal }),
    placeholderData: (known: InventorySummary | undefined, query) =>
      query?.queryKey[1] === question.company_id ? known : undefined,
  });

/** The whole report as a file, made and sent while it is asked for. */
export const reportFileUrl = (
  type: ReportType,
  question: ReportQuestion,
  file: { file_format: FileFormat } & ExportOptions,
): string => apiUrl(`/reports/${type}/download`, { ...queryOf(question), ...file });
