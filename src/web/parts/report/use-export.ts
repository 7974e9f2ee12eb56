/** Exporting from a report page, at once or in the background: what is asked, what is said, and the way on from there. */
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { ReportType } from '#contract/reports.ts';
import { cancelJob, createJob } from '#web/api/export-jobs.ts';
import { isProblem } from '#web/api/problem.ts';
import type { ReportQuestion } from '#web/api/reports.ts';
import { isTold, showToast } from '#web/frame/toasts.tsx';
import { putJob, reloadJobs } from '#web/live/job-cache.ts';
import { problemToast } from '#web/parts/problem-toast.ts';
import { reportWords as t } from '#web/words/en/reports.ts';
import { jobName } from '#web/words/jobs.ts';
import { downloadReport, type DirectFile } from './direct-download.ts';

interface Exports {
  /** A file is being fetched. */
  readonly isBusy: boolean;
  readonly download: (file: DirectFile) => void;
  /** Says that it has begun, and leads to it. */
  readonly started: (job: ExportJob) => void;
}

export function useExport(
  type: ReportType,
  question: ReportQuestion,
  columns: readonly string[] | undefined,
  isDirectOnly: boolean,
): Exports {
  const queryClient = useQueryClient();
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);

  const cancel = async (job: ExportJob): Promise<void> => {
    try {
      putJob(queryClient, await cancelJob(job.id));
      showToast({ title: t('exportCanceled'), text: jobName(job), icon: 'ban', tone: 'wait', exportId: job.id });
    } catch (error) {
      showToast(problemToast(error, t('notCanceled')));
    }
    await reloadJobs(queryClient, job.company_id);
  };

  const started = (job: ExportJob): void => {
    void reloadJobs(queryClient, job.company_id);
    // a quick one may have ended before its request was answered
    if (isTold(job.id)) return;
    showToast({
      exportId: job.id,
      title: t('exportStarted'),
      text: t('canLeave', { name: jobName(job) }),
      icon: 'queue',
      links: [
        {
          label: t('openHistory'),
          onPress: () =>
            void router.navigate({ to: '/export-history', search: { company: job.company_id, highlight: job.id } }),
        },
        { label: t('cancelExport'), onPress: () => void cancel(job) },
      ],
    });
  };

  const inBackground = async ({ file_format, options }: DirectFile): Promise<void> => {
    const { company_id, date_from, date_to, filters, compare_to, date_basis } = question;
    try {
      const taken = {
        ...options,
        ...(columns && { columns }),
        ...(compare_to && { compare_to }),
        ...(date_basis && { date_basis }),
      };
      const body = { company_id, report_type: type, file_format, date_from, date_to, filters, options: taken };
      started(await createJob(body, randomKey()));
    } catch (error) {
      showToast(problemToast(error, t('notRequested')));
    }
  };

  const download = async (file: DirectFile): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    try {
      await downloadReport(queryClient, type, question, {
        ...file,
        options: { ...file.options, ...(columns && { columns }) },
      });
    } catch (error) {
      if (isProblem(error, 'row_limit_exceeded')) {
        showToast({
          title: t('tooLongTitle'),
          text: error.detail,
          icon: 'warn',
          tone: 'old',
          links: isDirectOnly ? [] : [{ label: t('backgroundInstead'), onPress: () => void inBackground(file) }],
        });
      } else showToast(problemToast(error, t('notDownloaded')));
    } finally {
      setBusy(false);
    }
  };

  return { isBusy, download: (file) => void download(file), started };
}

/** Not `randomUUID`: that is missing where the page comes over plain http. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
