/** Does something of this page, says how it went, and reads everything of it again. */
import { useQueryClient } from '@tanstack/react-query';
import { deliveryKey } from '#web/api/schedules.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { scheduleWords as t } from '#web/words/en/schedules.ts';

export function useAct(): (act: () => Promise<unknown>, done?: string) => Promise<void> {
  const { id } = useCompany();
  const queryClient = useQueryClient();
  return async (act, done) => {
    try {
      await act();
      if (done !== undefined) showToast({ title: done, icon: 'check' });
    } catch (error) {
      showToast(problemToast(error as Error, t('failed')));
    }
    await queryClient.invalidateQueries({ queryKey: deliveryKey(id) });
  };
}
