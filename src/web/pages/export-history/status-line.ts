/**
 * The second line of a status: what follows from it. Waiting says its place and how long, running how far and how much
 * longer, an unusual wait why and what to do (M14), a finished file until when.
 */
import type { ExportJob, JobType } from '#contract/export-jobs.ts';
import { shortDay } from '#web/words/days.ts';
import { formatOf } from '#web/words/formats.ts';
import { aboutDuration, count, counted, duration, ordinal, wholeDuration } from '#web/words/figures.ts';
import { localDay } from '#web/words/instants.ts';

/** Next in the queue for longer than this is unusual: a free worker takes a job up in well under a second. */
const waitUsualMs = 60_000;
/** No row for longer than this is unusual. */
const stillUsualMs = 30_000;
/** How near to the most rows that a format holds is worth a word. */
const nearLimit = 0.9;

export interface StatusLine {
  readonly text: string;
  /** Attention, not failure. */
  readonly isWarning?: boolean;
}

export function pendingLine(job: ExportJob, now: number): StatusLine {
  const waited = now - Date.parse(job.attempt > 1 ? job.updated_at : job.created_at);
  const place =
    job.queue_position === null
      ? 'In the queue'
      : job.queue_position === 1
        ? 'Next in queue'
        : `${ordinal(job.queue_position)} in queue`;
  if (job.attempt > 1) return { text: `${place} · tried again, attempt ${job.attempt}` };
  if (job.queue_position === 1 && waited > waitUsualMs) {
    return {
      isWarning: true,
      text: `Next in queue for ${wholeDuration(waited)}, longer than usual: no worker has taken it up. It starts by itself; an operator can see why with “mathership doctor”.`,
    };
  }
  return { text: `${place} · waiting for ${wholeDuration(waited)}` };
}

/** `stillFor`: milliseconds without a new row, as far as this page has seen. */
export function processingLine(job: ExportJob, now: number, stillFor: number): StatusLine {
  if (stillFor > stillUsualMs) {
    return {
      isWarning: true,
      text: `No new row for ${wholeDuration(stillFor)}. If its worker is gone, another takes over by itself.`,
    };
  }
  const { progress } = job;
  if (!progress) return { text: 'Counting rows' };
  const done = `${count(progress.rows_done)} of ${counted(progress.rows_total, 'row')}`;
  const left = timeLeft(job, now);
  return { text: left === null ? done : `${done} · ${aboutDuration(left)} left` };
}

/** Milliseconds to go at the speed so far; null before that can be told. */
function timeLeft(job: ExportJob, now: number): number | null {
  const { progress, started_at } = job;
  if (!progress || !started_at || progress.rows_done === 0) return null;
  const elapsed = Math.max(now - Date.parse(started_at), 500);
  const share = progress.rows_done / progress.rows_total;
  return share < 0.02 ? null : (elapsed / share) * (1 - share);
}

export function completedLine(job: ExportJob, timeZone: string, today: string): StatusLine {
  const until = job.expires_at && `Available until ${shortDay(localDay(job.expires_at, timeZone), today)}`;
  if (job.row_count === 0) return { text: emptyText(job) };
  const { name, rowsMax } = formatOf(job.file_format);
  if (rowsMax && (job.row_count ?? 0) > rowsMax.background * nearLimit) {
    return { text: `${until ?? ''} · near the limit of a ${name}`, isWarning: true };
  }
  const took = tookMs(job);
  return { text: [until, took !== null && `took ${duration(took)}`].filter(Boolean).join(' · ') };
}

/** What an empty report of each kind says: that of which it has a row each did not happen. */
const nothing: Readonly<Partial<Record<JobType, string>>> = {
  delivery_location: 'No deliveries',
  vendor: 'Nothing bought from any vendor',
  item: 'No items bought',
  order_lines: 'No lines delivered, returned or credited',
  receiving_variance: 'No order lines to compare',
  inventory: 'No stock and no movements',
  inventory_levels: 'No stock',
  inventory_movements: 'No stock movements',
  price_changes: 'No price changes',
  cost_of_goods: 'No stock used or held',
  three_way: 'Nothing received and nothing invoiced',
};

/** Also with filters: then only what they let through was looked for. */
function emptyText(job: ExportJob): string {
  const what = nothing[job.report_type] ?? 'No rows';
  const isOneDay = job.date_from === job.date_to;
  const when =
    job.report_type === 'inventory_levels'
      ? `at the end of ${isOneDay ? 'this day' : 'these days'}`
      : isOneDay
        ? 'on this day'
        : 'in these days';
  const isFiltered = Object.values(job.filters).some((chosen) =>
    Array.isArray(chosen) ? chosen.length > 0 : chosen !== undefined && chosen !== null,
  );
  return `${what} ${when}${isFiltered ? ' with these filters' : ''}`;
}

export function canceledLine(job: ExportJob): StatusLine {
  if (!job.progress) return { text: job.started_at ? 'Stopped before the first row' : 'Canceled before it started' };
  return { text: `Stopped after ${count(job.progress.rows_done)} of ${counted(job.progress.rows_total, 'row')}` };
}

export function expiredLine(job: ExportJob, timeZone: string, today: string): StatusLine {
  const goneOn = job.expires_at && localDay(job.expires_at, timeZone);
  if (!goneOn || goneOn > today) return { text: 'The file is gone' };
  const days = keptDays(job);
  const removed = `File removed on ${shortDay(goneOn, today)}`;
  return { text: days === null ? removed : `${removed}, after ${counted(days, 'day')}` };
}

/** From taking up to the end; null while it is not known. */
export const tookMs = (job: ExportJob): number | null =>
  job.started_at && job.completed_at ? Date.parse(job.completed_at) - Date.parse(job.started_at) : null;

/** For how many days a file is kept, as this job tells. */
export function keptDays(job: ExportJob): number | null {
  if (!job.expires_at || !job.completed_at) return null;
  return Math.round((Date.parse(job.expires_at) - Date.parse(job.completed_at)) / 86_400_000);
}
