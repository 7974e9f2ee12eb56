/** What can be done with the exports that are chosen: one ZIP of all, the same for last month, away with them. */
import { lazy, Suspense, useState } from 'react';
import { togetherMax, type ExportJob } from '#contract/export-jobs.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { useToday } from '#web/parts/use-clock.ts';
import { monthAround, monthName } from '#web/words/days.ts';
import { historyWords as t } from '#web/words/en/history.ts';
import { isUnfinished } from '#web/words/jobs.ts';
import { useTogether } from './use-together.ts';
import type { Selection } from './use-selection.ts';

const Confirm = lazy(() => import('#web/parts/confirm.tsx'));

export function SelectionBar({ selection }: { selection: Selection }) {
  const { jobs, clear } = selection;
  const today = useToday();
  const company = useCompany();
  const [isAsked, setAsked] = useState(false);
  const { isBusy, download, runAgain, remove } = useTogether(selection);
  if (jobs.length === 0) return null;
  const ready = jobs.filter((job) => job.is_downloadable);
  const left = jobs.length - ready.length;
  const month = monthName(monthAround(today, -1).from.slice(0, 7));
  const act = (work: () => Promise<void>) => (): void => void (isBusy || work());
  return (
    <section className="selection" aria-label={t('selection')} data-company={company.id}>
      <b>{t('selected', { count: jobs.length })}</b>
      <span className="sub" id="selection-files">
        {filesText(jobs, ready.length)}
      </span>
      <span className="grow" />
      <button
        type="button"
        className="btn primary"
        disabled={ready.length === 0 || ready.length > togetherMax}
        aria-disabled={isBusy || undefined}
        aria-describedby="selection-files"
        onClick={act(() => download(ready))}
      >
        <Icon name="zip" />
        {left === 0 ? t('downloadTogether') : t('downloadSome', { count: ready.length })}
      </button>
      <button type="button" className="btn" aria-disabled={isBusy || undefined} onClick={act(() => runAgain(jobs))}>
        <Icon name="again" />
        {t('againForMonth', { month })}
      </button>
      <button type="button" className="btn danger" aria-disabled={isBusy || undefined} onClick={() => setAsked(true)}>
        <Icon name="trash" />
        {t('deleteSelected')}
      </button>
      <button type="button" className="icon-btn" aria-label={t('clearSelection')} onClick={clear}>
        <Icon name="x" />
      </button>
      {isAsked && (
        <Suspense>
          <Confirm
            title={t('deleteTitle', { count: jobs.length })}
            yes={t('deleteYes', { count: jobs.length })}
            no={t('deleteNo')}
            onYes={() => remove(jobs)}
            onClose={() => setAsked(false)}
          >
            {t('deleteText')}
          </Confirm>
        </Suspense>
      )}
    </section>
  );
}

function filesText(jobs: readonly ExportJob[], ready: number): string {
  if (ready > togetherMax) return t('tooMany', { max: togetherMax });
  if (ready === jobs.length) return '';
  const waiting = jobs.filter(isUnfinished).length;
  const gone = jobs.length - ready - waiting;
  return [waiting > 0 && t('notReady', { count: waiting }), gone > 0 && t('noFile', { count: gone })]
    .filter(Boolean)
    .join(' · ');
}
