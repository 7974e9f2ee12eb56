/** An address that names a saved report and nothing of its question opens it as it was saved, on the days it means today. */
import { useEffect } from 'react';
import { showToast } from '#web/frame/toasts.tsx';
import { searchOfSaved } from '#web/parts/report/saved-question.ts';
import { useToday } from '#web/parts/use-clock.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { useOpenSaved } from './save-button.tsx';
import { useView } from './use-view.ts';

/** @returns whether the question is still to come */
export function useSavedFill(): boolean {
  const { saved, isKnown } = useOpenSaved();
  const { report, search, values, withMoney, change } = useView();
  const today = useToday();
  const { saved: id, date_from, date_to, ordering, columns, compare_to, date_basis } = search;
  const isBare =
    id !== undefined &&
    withMoney &&
    !date_from &&
    !date_to &&
    !ordering &&
    !columns &&
    !compare_to &&
    !date_basis &&
    Object.keys(values).length === 0;
  const isGone = id !== undefined && withMoney && isKnown && !saved;
  useEffect(() => {
    if (isGone) {
      showToast({ title: t('savedGone'), text: t('savedGoneText'), icon: 'warn', tone: 'old' });
      change({ saved: undefined }, { replace: true });
    } else if (isBare && saved) {
      change(searchOfSaved(saved, report, today) as never, { replace: true });
    }
    // oxlint-disable-next-line react/exhaustive-deps -- once for an address
  }, [isBare, isGone, saved?.id]);
  return isBare && !isGone;
}
