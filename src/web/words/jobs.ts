/** What an export is called, and the states a person sees (expired is one of them, though not of the API). */
import { isFinished, type ExportJob, type JobStatus } from '#contract/export-jobs.ts';
import type { IconName } from '#web/parts/icon.tsx';
import { periodLength, periodText, spokenPeriod } from './days.ts';
import { count, counted, nameList } from './figures.ts';
import { packWords } from './en/packs.ts';
import { formatName } from './formats.ts';
import { isOfOneMoment, isStockReport, reportName } from './reports.ts';

export type ShownStatus = JobStatus | 'expired';

export const statusNames: Readonly<Record<ShownStatus, string>> = {
  pending: 'Pending',
  processing: 'Processing',
  completed: 'Completed',
  failed: 'Failed',
  canceled: 'Canceled',
  expired: 'Expired',
};

export const statusName = (status: ShownStatus): string => statusNames[status];

export const statusIcons: Readonly<Record<ShownStatus, IconName>> = {
  pending: 'clock',
  processing: 'spin',
  completed: 'done',
  failed: 'fail',
  canceled: 'ban',
  expired: 'expired',
};

export const shownStatus = (job: ExportJob): ShownStatus =>
  job.status === 'completed' && !job.is_downloadable ? 'expired' : job.status;

export const isUnfinished = (job: ExportJob): boolean => !isFinished(job.status);

/** The rows were counted in the database apart from the file, and as many were written. Amounts are not compared. */
export const hasAllRows = (job: ExportJob): boolean =>
  job.status === 'completed' && job.control_totals !== null && job.control_totals.rows === job.row_count;

/** `Complete: 600 rows in the database, 600 in the file`; of an export that has all its rows. */
export const allRowsSentence = (job: ExportJob): string =>
  `Complete: ${counted(job.control_totals?.rows ?? 0, 'row')} in the database, ${count(job.row_count ?? 0)} in the file`;

const firstDay = (job: ExportJob): string => (isOfOneMoment(job.report_type) ? job.date_to : job.date_from);

/** `1 – 31 Oct 2026`, or the one day whose end the report is of. */
export const jobDays = (job: ExportJob): string => periodText(firstDay(job), job.date_to);
/** `31 days`. */
export const jobLength = (job: ExportJob): string =>
  isOfOneMoment(job.report_type) ? 'End of the day' : periodLength(job.date_from, job.date_to);

/** `Purchase Orders`, or what the pack is called. */
export const jobTitle = (job: ExportJob): string => job.pack?.name ?? reportName(job.report_type);
const titleAndFormat = (job: ExportJob): string =>
  job.pack ? job.pack.name : `${reportName(job.report_type)} ${formatName(job.file_format)}`;

/** `Purchase Orders CSV, 1 – 31 Oct 2026`. */
export const jobName = (job: ExportJob): string => `${titleAndFormat(job)}, ${jobDays(job)}`;

/** `Purchase Orders CSV, 1 to 31 October 2026`. */
const spokenName = (job: ExportJob): string => `${titleAndFormat(job)}, ${spokenPeriod(firstDay(job), job.date_to)}`;

/** The one sentence a screen reader hears when an export has ended. */
export function endedSentence(job: ExportJob): string {
  if (job.status === 'completed') return `${spokenName(job)}, is ready to download.`;
  if (job.status === 'canceled') return `${spokenName(job)}, was canceled.`;
  return `${spokenName(job)}, failed. ${job.error?.message ?? ''}`.trim();
}

/** `60 exports of 12 companies`. */
export const packHolds = (exports: number, companies: number): string =>
  `${packWords('exports', { count: exports })} ${packWords('companies', { count: companies })}`;

/** What the report covers: `Main Kitchen, Bar`, `All locations`, `2 locations` while names are unknown. */
export function scopeText(job: ExportJob, locationNames: ReadonlyMap<string, string>): string {
  if (job.pack) return packHolds(job.pack.members, job.pack.company_ids.length);
  const locations = job.filters.delivery_location_ids ?? [];
  const units = Array.isArray(job.filters['storage_unit_ids']) ? job.filters['storage_unit_ids'].length : 0;
  if (locations.length > 0) {
    const names = locations.map((id) => locationNames.get(id)).filter((name) => name !== undefined);
    if (names.length === locations.length) return nameList(names);
    return locations.length === 1 ? '1 location' : `${locations.length} locations`;
  }
  if (units > 0) return units === 1 ? '1 storage unit' : `${units} storage units`;
  return isStockReport(job.report_type) ? 'All storage units' : 'All locations';
}
