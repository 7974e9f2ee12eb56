/** The reports of the API: what there is, pages of one, what stands above it, and the address of its file. */
import { queryOptions } from '@tanstack/react-query';
import type { Page } from '#contract/export-jobs.ts';
import type { Comparison, ReportPreview, ReportSummary, ReportTotals } from '#contract/report-summaries.ts';
import type {
  ComparedTo,
  DateBasis,
  ExportOptions,
  FileFormat,
  ReportDescription,
  ReportMark,
  ReportType,
} from '#contract/reports.ts';
import { api, apiUrl } from './client.ts';

/** By filter key; lists of ids or words, or one text. */
export type FilterValues = Readonly<Record<string, string | readonly string[]>>;

/** What is asked of a report, besides the page of it: company, days (both included), filters. */
export interface ReportQuestion {
  readonly company_id: string;
  readonly date_from: string;
  readonly date_to: string;
  readonly filters: FilterValues;
  readonly columns?: readonly string[];
  readonly compare_to?: ComparedTo;
  /** Absent: the usual one. */
  readonly date_basis?: DateBasis;
}

/** Cells by column key. */
export type ReportRow = Readonly<Record<string, string | null>>;

/** Sums of a group and one currency of it. */
export type GroupTotals = ReportTotals & { readonly group: string };

export interface ReportPage extends Page<ReportRow> {
  /** Of all rows, one entry per currency. */
  totals: ReportTotals[];
  /** In the order of the file; empty for reports without groups. */
  groups: GroupTotals[];
  /** Where each row leads: a report, and the filters for each row of the page; null: nowhere. */
  leads: { report_type: ReportType; filters: Record<string, string>[] } | null;
  /** As they are shown, in order. */
  columns: ReportDescription['columns'];
  /** Only where it was asked for. */
  comparison?: Comparison;
  /** RFC 3339. */
  snapshot_at: string;
}

interface ReportList {
  results: ReportDescription[];
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

/** One's own stars, and when one last took a file of each. */
export const reportMarksQuery = queryOptions({
  queryKey: ['report-marks'],
  queryFn: ({ signal }) => api.get<{ results: ReportMark[] }>('/report-marks', { signal }),
});

export const starReport = (type: ReportType, is_starred: boolean): Promise<ReportMark> =>
  api.put(`/report-marks/${type}`, { body: { is_starred } });

interface PageOf {
  readonly page: number;
  readonly page_size: number;
  /** Undefined: the order of the file. */
  readonly ordering: string | undefined;
}

/** While another page, order or filter loads, the last rows stay; those of another company or report never. */
export const reportPageQuery = (type: ReportType, question: ReportQuestion, pageOf: PageOf) =>
  queryOptions({
    queryKey: [...reportsKey(question.company_id, type), 'page', question, pageOf],
    queryFn: ({ signal }) =>
      api.get<ReportPage>(`/reports/${type}`, { query: { ...queryOf(question), ...pageOf }, signal }),
    placeholderData: (known: ReportPage | undefined, query) =>
      query?.queryKey[1] === question.company_id && query.queryKey[2] === type ? known : undefined,
  });

/** What stands above the rows is of all columns, and always beside the period before. */
const ofAllColumns = ({ company_id, date_from, date_to, filters, date_basis }: ReportQuestion): ReportQuestion => ({
  company_id,
  date_from,
  date_to,
  filters,
  ...(date_basis && { date_basis }),
});

export const reportSummaryQuery = (type: ReportType, question: ReportQuestion) =>
  queryOptions({
    queryKey: [...reportsKey(question.company_id, type), 'summary', ofAllColumns(question)],
    queryFn: ({ signal }) =>
      api.get<ReportSummary>(`/reports/${type}/summary`, { query: queryOf(ofAllColumns(question)), signal }),
    placeholderData: (known: ReportSummary | undefined, query) =>
      query?.queryKey[1] === question.company_id && query.queryKey[2] === type ? known : undefined,
  });

/** The first lines of a file, as it will have them. */
export const previewQuery = (
  type: ReportType,
  question: ReportQuestion,
  file: { file_format: FileFormat } & ExportOptions,
) =>
  queryOptions({
    queryKey: [...reportsKey(question.company_id, type), 'preview', question, file],
    queryFn: ({ signal }) =>
      api.get<ReportPreview>(`/reports/${type}/preview`, { query: { ...queryOf(question), ...file }, signal }),
  });

/** The whole report as a file, made and sent while it is asked for. */
export const reportFileUrl = (
  type: ReportType,
  question: ReportQuestion,
  file: { file_format: FileFormat } & ExportOptions,
): string => apiUrl(`/reports/${type}/download`, { ...queryOf(question), ...file });
