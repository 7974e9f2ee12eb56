/** After a background export was asked for on a report page: a notice that leads to its row (M1). */
import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { showToast } from '#web/frame/toasts.tsx';
import { jobName } from '#web/words/jobs.ts';

export function useExportCreated(): (job: ExportJob) => void {
  const navigate = useNavigate();
  return useCallback(
    (job) =>
      showToast({
        title: 'Export requested',
        text: `${jobName(job)}. You can leave this page.`,
        icon: 'queue',
        links: [
          {
            label: 'Open Export History',
            onPress: () => void navigate({ to: '/export-history', search: { highlight: job.id } }),
          },
        ],
      }),
    [navigate],
  );
}
