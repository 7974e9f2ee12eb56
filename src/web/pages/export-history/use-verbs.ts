/**
 * Everything that can be done with an export, as one function: what it asks of the API, what it says when it worked
 * and when it did not. Cancel and Delete are only asked here; the page shows the question.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import { companyAccessQuery } from '#web/api/company.ts';
import { cancelJob, createJob, deleteJob, downloadLink, retryJob } from '#web/api/export-jobs.ts';
import { ApiProblem, isNoAccess } from '#web/api/problem.ts';
import { useCompany } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { markFresh } from '#web/live/fresh.ts';
import { dropJob, putJob, reloadJobs } from '#web/live/job-cache.ts';
import { useChangesFile } from '#web/parts/changes-file.ts';
import { copyText } from '#web/parts/clipboard.ts';
import { packAgain } from '#web/parts/packs/pack-again.ts';
import { problemToast } from '#web/parts/problem-toast.ts';
import { historyWords as t } from '#web/words/en/history.ts';
import { jobName } from '#web/words/jobs.ts';
import { refusedDownload } from './refused-download.ts';
import { currentPeriod, type JobVerb } from './verbs.ts';

interface Verbs {
  readonly onVerb: (verb: JobVerb, job: ExportJob) => void;
  /** Exports for which an answer is awaited. */
  readonly busyIds: ReadonlySet<string>;
  readonly cancel: (job: ExportJob) => Promise<void>;
  readonly remove: (job: ExportJob) => Promise<void>;
}

interface Ways {
  readonly showDetails: (job: ExportJob) => void;
  readonly linkTo: (job: ExportJob) => string;
  /** Opens the question, or the form, that this verb needs. */
  readonly ask: (verb: 'cancel' | 'delete' | 'change', job: ExportJob) => void;
}

export function useVerbs({ showDetails, linkTo, ask }: Ways): Verbs {
  const queryClient = useQueryClient();
  const company = useCompany();
  const changesFile = useChangesFile();
  const [busyIds, setBusyIds] = useState<ReadonlySet<string>>(new Set());

  const whileBusy = useCallback(async (id: string, action: () => Promise<void>) => {
    setBusyIds((known) => new Set([...known, id]));
    await action().finally(() => setBusyIds((known) => new Set([...known].filter((other) => other !== id))));
  }, []);

  const again = useCallback(
    async (job: ExportJob, days: { from: string; to: string } | null = null): Promise<void> => {
      try {
        if (job.pack) {
          const pack = await packAgain(job, days);
          markFresh(pack.id);
          showToast({ title: t('packRequested'), text: jobName(job), icon: 'queue', exportId: pack.id });
          await reloadJobs(queryClient, job.company_id);
          return;
        }
        const { company_id, report_type, file_format, filters, options } = job;
        const next = days
          ? await createJob(
              { company_id, report_type, file_format, filters, options, date_from: days.from, date_to: days.to },
              `${job.id}-${days.from}-${days.to}`,
            )
          : await retryJob(job.id);
        markFresh(next.id);
        showToast({
          title: 'Export requested',
          text: jobName(next),
          icon: 'queue',
          exportId: next.id,
          links: [{ label: 'Details', onPress: () => showDetails(next) }],
        });
      } catch (error) {
        showToast(problemToast(error, 'The export was not requested'));
      }
      await reloadJobs(queryClient, job.company_id);
    },
    [queryClient, showDetails],
  );

  const onVerb = useCallback(
    function act(verb: JobVerb, job: ExportJob): void {
      const download = async (): Promise<void> => {
        try {
          const { download_url } = await downloadLink(job.id);
          // sent as an attachment: the page stays
          location.assign(download_url);
        } catch (error) {
          const problem = error instanceof ApiProblem ? error : new ApiProblem({ status: 0 }, 'internal');
          const access = isNoAccess(problem)
            ? await queryClient.fetchQuery(companyAccessQuery(company.id)).catch(() => undefined)
            : undefined;
          const administrator = access?.administrators[0];
          const { name: companyName, time_zone: timeZone } = company;
          showToast(refusedDownload({ job, problem, companyName, timeZone, administrator, onVerb: act }));
          // the row is corrected at the same moment
          await reloadJobs(queryClient, job.company_id);
        }
      };
      if (verb === 'details') showDetails(job);
      if (verb === 'copy') void copyText(linkTo(job), 'Link');
      if (verb === 'download') void whileBusy(job.id, download);
      if (verb === 'again') void whileBusy(job.id, () => again(job));
      if (verb === 'again-today') void whileBusy(job.id, () => again(job, currentPeriod(job, company.time_zone)?.days));
      if (verb === 'changes') void whileBusy(job.id, () => changesFile(job));
      if (verb === 'cancel' || verb === 'delete' || verb === 'change') ask(verb, job);
    },
    [queryClient, company, showDetails, linkTo, ask, again, changesFile, whileBusy],
  );

  const cancel = async (job: ExportJob): Promise<void> => {
    try {
      putJob(queryClient, await cancelJob(job.id));
    } catch (error) {
      showToast(problemToast(error, 'The export was not canceled'));
    }
    await reloadJobs(queryClient, job.company_id);
  };

  const remove = async (job: ExportJob): Promise<void> => {
    try {
      await deleteJob(job.id);
      dropJob(queryClient, job.company_id, job.id);
      showToast({ title: 'Export deleted', text: jobName(job), icon: 'trash' });
    } catch (error) {
      showToast(problemToast(error, 'The export was not deleted'));
    }
    await reloadJobs(queryClient, job.company_id);
  };

  return { onVerb, busyIds, cancel, remove };
}
