/** Away from Export History, an own export that has ended says so in a notice that leads to it. */
import { useLocation, useRouter } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { jobName } from '#web/words/jobs.ts';
import { useMe } from './company-context.tsx';
import { dismissExportToasts, showToast } from './toasts.tsx';

export function useEndedToast(): (job: ExportJob) => void {
  const router = useRouter();
  const { user } = useMe();
  const isListOpen = useLocation({ select: ({ pathname }) => pathname === '/export-history' });
  useEffect(() => {
    if (isListOpen) dismissExportToasts();
  }, [isListOpen]);
  return useCallback(
    (job) => {
      const isThere = router.state.location.pathname === '/export-history';
      if (isThere || job.created_by.id !== user.id || job.status === 'canceled') return;
      const isReady = job.status === 'completed';
      const marked = isReady ? { highlight: job.id } : { job: job.id };
      const open = (): void =>
        void router.navigate({ to: '/export-history', search: { company: job.company_id, ...marked } });
      showToast({
        title: isReady ? 'Export is ready' : 'Export failed',
        text: isReady ? jobName(job) : `${jobName(job)}. ${job.error?.message ?? ''}`,
        icon: isReady ? 'done' : 'fail',
        tone: isReady ? 'good' : 'bad',
        exportId: job.id,
        links: [{ label: isReady ? 'Open Export History' : 'See why', onPress: open }],
      });
    },
    [router, user.id],
  );
}
