/** What can be done with an export in its present state: the one action of its row, and its menu. */
import type { ExportJob } from '#contract/export-jobs.ts';
import type { IconName } from '#web/parts/icon.tsx';
import type { MenuEntry } from '#web/parts/menu-popover.tsx';
import { isUnfinished } from '#web/words/jobs.ts';

export type JobVerb = 'details' | 'download' | 'copy' | 'again' | 'change' | 'cancel' | 'delete';

interface MainAction {
  readonly verb: JobVerb;
  readonly label: string;
  readonly icon: IconName | null;
}

/** Download only where there is something to download (M8). */
export function mainAction(job: ExportJob): MainAction {
  if (isUnfinished(job)) return { verb: 'cancel', label: 'Cancel', icon: null };
  if (job.is_downloadable) return { verb: 'download', label: 'Download', icon: 'download' };
  return { verb: 'again', label: 'Run again', icon: 'again' };
}

export function menuOf(job: ExportJob): MenuEntry[] {
  const isRunning = isUnfinished(job);
  return [
    { id: 'details', label: 'Details', icon: 'eye', end: 'Enter' },
    ...(job.is_downloadable ? [{ id: 'download', label: 'Download', icon: 'download', end: 'D' } as const] : []),
    { id: 'copy', label: 'Copy link to this export', icon: 'link', end: 'C' },
    ...(isRunning ? [] : [{ id: 'again', label: 'Run again', icon: 'again', end: 'R' } as const]),
    { id: 'change', label: 'Run with changes…', icon: 'edit' },
    ...(isRunning
      ? [{ id: 'cancel', label: 'Cancel export…', icon: 'ban', isDanger: true, startsGroup: true } as const]
      : [{ id: 'delete', label: 'Delete export…', icon: 'trash', isDanger: true, startsGroup: true } as const]),
  ];
}
