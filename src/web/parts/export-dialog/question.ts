/** What an export dialog asks for, as the form holds it, and as the API takes it. */
import type { ExportJob } from '#contract/export-jobs.ts';
import type { FileFormat, ReportType } from '#contract/reports.ts';
import type { NewJob } from '#web/api/export-jobs.ts';
import { monthAround } from '#web/words/days.ts';

export interface ExportQuestion {
  readonly report_type: ReportType;
  /** Empty while the field is. */
  readonly date_from: string;
  readonly date_to: string;
  readonly file_format: FileFormat;
  readonly csv_dialect: 'systems' | 'spreadsheets';
  /** Empty for all. */
  readonly location_ids: readonly string[];
  /** Filters this form has no field for: kept as they came. */
  readonly other_filters: Readonly<Record<string, unknown>>;
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
    location_ids: [],
    other_filters: {},
  };
};

/** The question of an earlier export, to be asked again with changes. */
export function questionOf(job: ExportJob): ExportQuestion {
  const { delivery_location_ids: location_ids = [], ...other_filters } = job.filters;
  return {
    report_type: job.report_type,
    date_from: job.date_from,
    date_to: job.date_to,
    file_format: job.file_format,
    csv_dialect: job.options.csv_dialect ?? 'systems',
    location_ids,
    other_filters,
  };
}

export function jobOf(companyId: string, question: ExportQuestion): NewJob {
  const { report_type, file_format, date_from, date_to, csv_dialect, location_ids, other_filters } = question;
  const filters = { ...other_filters, ...(location_ids.length > 0 && { delivery_location_ids: [...location_ids] }) };
  return {
    company_id: companyId,
    report_type,
    file_format,
    date_from,
    date_to,
    ...(Object.keys(filters).length > 0 && { filters }),
    ...(file_format === 'csv' && csv_dialect !== 'systems' && { options: { csv_dialect } }),
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
