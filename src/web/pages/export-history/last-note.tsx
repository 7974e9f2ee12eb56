/** On an export's row: what was last written on it, by whom and when; the rest is in its details. */
import type { ExportJob } from '#contract/export-jobs.ts';
import { initials } from '#web/parts/avatar.tsx';
import { shortDay } from '#web/words/days.ts';
import { historyWords as t } from '#web/words/en/history.ts';
import { localDay } from '#web/words/instants.ts';

export function LastNote({ job, timeZone, today }: { job: ExportJob; timeZone: string; today: string }) {
  if (!job.notes) return null;
  const { count, last } = job.notes;
  const who = last.by === null ? t('operator') : initials(last.by);
  const day = shortDay(localDay(last.created_at, timeZone), today);
  return (
    <span className="sub noted" title={last.text}>
      {t('lastNote', { text: last.text, day, who })}
      {count > 1 && ` ${t('moreNotes', { count: count - 1 })}`}
    </span>
  );
}
