/**
 * An own export that has ended says so in a notice that offers the file. On Export History its row says it: there a
 * notice that it was requested goes, and only gives way to another where the row is not on the page.
 */
import { useLocation, useRouter } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { downloadLink } from '#web/api/export-jobs.ts';
import { problemToast } from '#web/parts/problem-toast.ts';
import { jobName } from '#web/words/jobs.ts';
import { useMe } from './company-context.tsx';
import { dismissExportToast, dismissExportToasts, isTold, showToast } from './toasts.tsx';

export function useEndedToast(): (job: ExportJob) => void {
  const router = useRouter();
  const { user } = useMe();
  const isListOpen = useLocation({ select: ({ pathname }) => pathname === '/export-history' });
  useEffect(() => {
    if (isListOpen) dismissExportToasts();
  }, [isListOpen]);
  return useCallback(
    (job) => {
      const shown = (router.state.location.search as { company?: string }).company;
      const isThere = router.state.location.pathname === '/export-history' && shown === job.company_id;
      const isSaid = isThere && (!isTold(job.id) || document.querySelector(`[data-job="${job.id}"]`) !== null);
      if (isSaid) return dismissExportToast(job.id);
      // whoever canceled it has been told
      if (job.status === 'canceled') return;
      if (job.created_by.id !== user.id) return;
      const isReady = job.status === 'completed';
      const marked = isReady ? { highlight: job.id } : { job: job.id };
      const open = {
        label: isReady ? 'Open Export History' : 'See why',
        onPress: () => void router.navigate({ to: '/export-history', search: { company: job.company_id, ...marked } }),
      };
      showToast({
        title: isReady ? 'Export is ready' : 'Export failed',
        text: isReady ? jobName(job) : `${jobName(job)}. ${job.error?.message ?? ''}`,
        icon: isReady ? 'done' : 'fail',
        tone: isReady ? 'good' : 'bad',
        exportId: job.id,
        links: isReady ? [{ label: 'Download', onPress: () => void downloadJob(job) }, open] : [open],
      });
    },
    [router, user.id],
  );
}

export async function downloadJob(job: ExportJob): Promise<void> {
  try {
    const { download_url } = await downloadLink(job.id);
    // sent as an attachment: the page stays
    location.assign(download_url);
  } catch (error) {
    showToast({
      ...problemToast(error, 'The file was not downloaded'),
      links: [{ label: 'Try again', onPress: () => void downloadJob(job) }],
    });
  }
}
