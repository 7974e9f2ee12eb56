/** What an export dialog asks for, as the form holds it, and as the API takes it. */
import type { ExportJob } from '#contract/export-jobs.ts';
import type { ComparedTo, DateBasis, ExportOptions, FileFormat, ReportType } from '#contract/reports.ts';
import { daysOf, type SavedReport } from '#contract/saved-reports.ts';
import type { NewJob } from '#web/api/export-jobs.ts';
import type { FilterValues } from '#web/api/reports.ts';
import { asksAsSaved } from '#web/parts/report/saved-question.ts';
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
  readonly compare_to?: ComparedTo | undefined;
  readonly date_basis?: DateBasis | undefined;
  /** The saved report it began with: asked for by it while the question is still its own. */
  readonly saved?: SavedReport | undefined;
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
    report_type: job.report_type as ReportType,
    date_from: job.date_from,
    date_to: job.date_to,
    file_format: job.file_format as FileFormat,
    csv_dialect: job.options.csv_dialect ?? 'systems',
    filters: job.filters as FilterValues,
    columns: job.options.columns,
    compare_to: job.options.compare_to,
    date_basis: job.options.date_basis,
  };
}

/** What a saved report asks on `today`. */
export function questionOfSaved(saved: SavedReport, today: string): ExportQuestion {
  const { from, to } = daysOf(saved.period, today);
  return {
    report_type: saved.report_type,
    date_from: from,
    date_to: to,
    file_format: saved.file_format,
    csv_dialect: saved.options.csv_dialect ?? 'systems',
    filters: saved.filters as FilterValues,
    columns: saved.columns ?? undefined,
    compare_to: saved.options.compare_to,
    date_basis: saved.options.date_basis,
    saved,
  };
}

/** Choices of the file besides its format. */
export function optionsOf({
  file_format,
  csv_dialect,
  columns,
  compare_to,
  date_basis,
}: ExportQuestion): ExportOptions {
  const isWay = formatOf(file_format).ways.length > 1 && csv_dialect !== 'systems';
  return {
    ...(isWay && { csv_dialect }),
    ...(columns && { columns }),
    ...(compare_to && { compare_to }),
    ...(date_basis && { date_basis }),
  };
}

export function jobOf(companyId: string, question: ExportQuestion): NewJob {
  const { report_type, file_format, date_from, date_to, filters, saved } = question;
  const options = optionsOf(question);
  const file = { company_id: companyId, file_format, date_from, date_to };
  const isSaved =
    saved !== undefined &&
    saved.report_type === report_type &&
    asksAsSaved(saved, question) &&
    (saved.options.csv_dialect ?? 'systems') === (options.csv_dialect ?? 'systems');
  if (isSaved) return { ...file, saved_report_id: saved.id };
  return {
    ...file,
    report_type,
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
