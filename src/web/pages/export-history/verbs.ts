/** What can be done with an export in its present state: the one action of its row, and its menu. */
import type { ExportJob } from '#contract/export-jobs.ts';
import type { IconName } from '#web/parts/icon.tsx';
import type { MenuEntry } from '#web/parts/menu-popover.tsx';
import { daysOf, periodFor } from '#contract/saved-reports.ts';
import { serverNow } from '#web/api/server-clock.ts';
import { changesWords as c } from '#web/words/en/changes.ts';
import { historyWords as t } from '#web/words/en/history.ts';
import { periodText } from '#web/words/days.ts';
import { localDay } from '#web/words/instants.ts';
import { choiceName } from '#web/words/reports.ts';
import { isUnfinished } from '#web/words/jobs.ts';

export type JobVerb =
  | 'details'
  | 'download'
  | 'copy'
  | 'again'
  | 'again-today'
  | 'change'
  | 'changes'
  | 'cancel'
  | 'delete';

interface MainAction {
  readonly verb: JobVerb;
  readonly label: string;
  readonly icon: IconName | null;
}

/** Download only where there is something to download (M8). */
export function mainAction(job: ExportJob): MainAction {
  if (isUnfinished(job)) return { verb: 'cancel', label: 'Cancel', icon: null };
  if (job.is_downloadable) return { verb: 'download', label: 'Download', icon: 'download' };
  return { verb: 'again', label: againLabel(job), icon: 'again' };
}

/** What the period of an export meant when it was asked for (`last month`), and the days it means now; null for days of their own, and while they are the same. */
export function currentPeriod(
  job: ExportJob,
  timeZone: string,
): { name: string; days: { from: string; to: string } } | null {
  const period = periodFor(job.date_from, job.date_to, localDay(job.created_at, timeZone));
  const days = daysOf(period, localDay(serverNow(), timeZone));
  if (period.kind === 'fixed' || days.from === job.date_from) return null;
  return { name: `${choiceName(period.kind).toLowerCase()}, ${periodText(days.from, days.to)}`, days };
}

/** Of a pack that was not made, what is missing is run again. */
const againLabel = (job: ExportJob): string => (job.pack && job.status !== 'completed' ? t('runMissing') : 'Run again');

export function menuOf(job: ExportJob, timeZone: string): MenuEntry[] {
  const isRunning = isUnfinished(job);
  const current = isRunning ? null : currentPeriod(job, timeZone);
  return [
    { id: 'details', label: 'Details', icon: 'eye', end: 'Enter' },
    ...(job.is_downloadable ? [{ id: 'download', label: 'Download', icon: 'download', end: 'D' } as const] : []),
    { id: 'copy', label: 'Copy link to this export', icon: 'link', end: 'C' },
    ...(isRunning ? [] : [{ id: 'again', label: againLabel(job), icon: 'again', end: 'R' } as const]),
    ...(current
      ? [{ id: 'again-today', label: t('runAgainFor', { period: current.name }), icon: 'again' } as const]
      : []),
    ...(job.status === 'completed' && !job.pack && job.options.changes_since === undefined
      ? [{ id: 'changes', label: c('fileSince'), icon: 'history' } as const]
      : []),
    ...(job.pack ? [] : [{ id: 'change', label: 'Run with changes…', icon: 'edit' } as const]),
    ...(isRunning
      ? [{ id: 'cancel', label: 'Cancel export…', icon: 'ban', isDanger: true, startsGroup: true } as const]
      : [{ id: 'delete', label: 'Delete export…', icon: 'trash', isDanger: true, startsGroup: true } as const]),
  ];
}
