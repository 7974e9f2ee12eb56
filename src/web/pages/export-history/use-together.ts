/** What is done with several exports at once, and what is said afterwards: how many worked, and of the others why not. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { createJob, deleteJob, downloadTogether } from '#web/api/export-jobs.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { serverNow } from '#web/api/server-clock.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { markFresh } from '#web/live/fresh.ts';
import { dropJob, reloadJobs } from '#web/live/job-cache.ts';
import { packAgain } from '#web/parts/packs/pack-again.ts';
import { problemToast } from '#web/parts/problem-toast.ts';
import { monthAround } from '#web/words/days.ts';
import { historyWords as t } from '#web/words/en/history.ts';
import { localDay } from '#web/words/instants.ts';
import { jobName } from '#web/words/jobs.ts';
import { isOfOneMoment } from '#web/words/reports.ts';
import type { Selection } from './use-selection.ts';

interface Together {
  readonly isBusy: boolean;
  readonly download: (jobs: readonly ExportJob[]) => Promise<void>;
  readonly runAgain: (jobs: readonly ExportJob[]) => Promise<void>;
  readonly remove: (jobs: readonly ExportJob[]) => Promise<void>;
}

export function useTogether({ drop }: Selection): Together {
  const client = useQueryClient();
  const company = useCompany();
  const { companies } = useMe();
  const [isBusy, setBusy] = useState(false);
  const whileBusy = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    await work().finally(() => setBusy(false));
  };
  const reload = async (jobs: readonly ExportJob[]): Promise<void> => {
    for (const id of new Set([company.id, ...jobs.map(({ company_id }) => company_id)])) await reloadJobs(client, id);
  };

  const download = (jobs: readonly ExportJob[]): Promise<void> =>
    whileBusy(async () => {
      try {
        const { download_url } = await downloadTogether(jobs.map(({ id }) => id));
        // sent as an attachment: the page stays
        location.assign(download_url);
      } catch (error) {
        showToast(problemToast(error, t('notDownloaded')));
        // the rows are corrected at the same moment
        await reload(jobs);
      }
    });

  const runAgain = (jobs: readonly ExportJob[]): Promise<void> =>
    whileBusy(async () => {
      const { done, refused } = await each(jobs, async (job) => {
        const zone = companies.find(({ id }) => id === job.company_id)?.time_zone ?? company.time_zone;
        const { from, to } = monthAround(localDay(serverNow(), zone), -1);
        if (job.pack) {
          markFresh((await packAgain(job, { from, to })).id);
          return;
        }
        const { company_id, report_type, file_format, filters, options } = job;
        const days = { date_from: isOfOneMoment(report_type) ? to : from, date_to: to };
        const made = await createJob(
          { company_id, report_type, file_format, filters, options, ...days },
          `${job.id}-${from}-${to}`,
        );
        markFresh(made.id);
      });
      tell(t('requested', { count: done.length }), t('notRequested', { count: refused.length }), done, refused);
      await reload(jobs);
    });

  const remove = (jobs: readonly ExportJob[]): Promise<void> =>
    whileBusy(async () => {
      const { done, refused } = await each(jobs, async (job) => {
        await deleteJob(job.id);
        dropJob(client, job.company_id, job.id);
      });
      drop(done.map(({ id }) => id));
      tell(t('deleted', { count: done.length }), t('notDeleted', { count: refused.length }), done, refused);
      await reload(jobs);
      // the bar goes with what was chosen
      if (document.activeElement === document.body) document.getElementById('main')?.focus({ preventScroll: true });
    });

  return { isBusy, download, runAgain, remove };
}

interface Outcome {
  readonly done: readonly ExportJob[];
  readonly refused: readonly { readonly job: ExportJob; readonly error: unknown }[];
}

/** One after another: what one refuses keeps no other from it. */
async function each(jobs: readonly ExportJob[], act: (job: ExportJob) => Promise<void>): Promise<Outcome> {
  const done: ExportJob[] = [];
  const refused: { job: ExportJob; error: unknown }[] = [];
  for (const job of jobs) {
    await act(job).then(
      () => done.push(job),
      (error: unknown) => refused.push({ job, error }),
    );
  }
  return { done, refused };
}

function tell(title: string, notTitle: string, done: Outcome['done'], refused: Outcome['refused']): void {
  if (done.length > 0) showToast({ title, icon: 'done', tone: 'good' });
  const [first] = refused;
  if (!first) return;
  const { error, job } = first;
  const why = error instanceof ApiProblem ? error.message : '';
  showToast({ title: notTitle, text: `${jobName(job)}: ${why}`, icon: 'fail', tone: 'bad' });
}
