/** What an export dialog asks for, as the form holds it, and as the API takes it. */
import type { ExportJob } from '#contract/export-jobs.ts';
import type { FileFormat, ReportType } from '#contract/reports.ts';
import type { NewJob } from '#web/api/export-jobs.ts';
import type { FilterValues } from '#web/api/reports.ts';
import { formatOf } from '#web/words/formats.ts';
import { monthAround } from '#web/words/days.ts';

export interface ExportQuestion {
  readonly report_type: ReportType;
  /** Empty while the field is. */
  readonly date_from: string;
  readonly date_to: string;
  readonly file_format: FileFormat;
  readonly csv_dialect: 'systems' | 'spreadsheets';
  readonly filters: FilterValues;
  /** Keys, in order; absent: all. */
  readonly columns?: readonly string[] | undefined;
}

/** A new export starts with last month's purchase orders as CSV. */
export const newQuestion = (today: string): ExportQuestion => {
  const { from, to } = monthAround(today, -1);
  return {
    report_type: 'delivery_location',
    date_from: from,
    date_to: to,
    file_format: 'csv',
    csv_dialect: 'systems',
    filters: {},
  };
};

/** The question of an earlier export, to be asked again with changes. */
export function questionOf(job: ExportJob): ExportQuestion {
  return {
    report_type: job.report_type,
    date_from: job.date_from,
    date_to: job.date_to,
    file_format: job.file_format,
    csv_dialect: job.options.csv_dialect ?? 'systems',
    filters: job.filters as FilterValues,
    columns: job.options.columns,
  };
}

export function jobOf(companyId: string, question: ExportQuestion): NewJob {
  const { report_type, file_format, date_from, date_to, csv_dialect, filters, columns } = question;
  const isWay = formatOf(file_format).ways.length > 1 && csv_dialect !== 'systems';
  const options = { ...(isWay && { csv_dialect }), ...(columns && { columns }) };
  return {
    company_id: companyId,
    report_type,
    file_format,
    date_from,
    date_to,
    ...(Object.keys(filters).length > 0 && { filters }),
    ...(Object.keys(options).length > 0 && { options }),
  };
}

/** Null when the period can be asked for, otherwise what is wrong with it and where. */
export function periodProblem({ date_from, date_to }: ExportQuestion): { field: string; message: string } | null {
  if (!date_from) return { field: 'date_from', message: 'Choose the first day.' };
  if (!date_to) return { field: 'date_to', message: 'Choose the last day.' };
  return date_from > date_to
    ? { field: 'date_to', message: 'Before the first day. Choose the same day or later.' }
    : null;
}
