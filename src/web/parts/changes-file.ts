/** What has changed since an export, as a file with one click; it says so where nothing has, or nobody could know. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { ReportType } from '#contract/reports.ts';
import { createJob, listJobs, readJob } from '#web/api/export-jobs.ts';
import type { ReportQuestion } from '#web/api/reports.ts';
import { useCompany, useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { reloadJobs } from '#web/live/job-cache.ts';
import { changesWords as t } from '#web/words/en/changes.ts';
import { fullInstant } from '#web/words/instants.ts';
import { jobName } from '#web/words/jobs.ts';
import { problemToast } from './problem-toast.ts';

/** Comparing reads the report twice. */
const waitMilliseconds = 90_000;

export function useChangesFile(): (job: ExportJob) => Promise<void> {
  const client = useQueryClient();
  const { time_zone } = useCompany();
  return useCallback(
    async ({ id }) => {
      try {
        const job = await readJob(id, AbortSignal.timeout(waitMilliseconds));
        const when = fullInstant(job.created_at, time_zone);
        if (job.data_version === null) return showToast({ title: t('notKnownSince', { when }), icon: 'history' });
        if (!job.changed_since) return showToast({ title: t('nothingSince', { when }), icon: 'check', tone: 'good' });
        const { company_id, report_type, file_format, date_from, date_to } = job;
        const options = { changes_since: id };
        const file = await createJob(
          { company_id, report_type, file_format, date_from, date_to, options },
          `${id}-changes-${job.changed_since.data_version}`,
        );
        showToast({ title: t('began'), text: jobName(file), icon: 'queue', exportId: file.id });
        await reloadJobs(client, company_id);
      } catch (error) {
        showToast(problemToast(error, t('notBegun')));
      }
    },
    [client, time_zone],
  );
}

/** The same of one's own last export of a question. */
export function useSinceLast(type: ReportType, question: ReportQuestion): { isBusy: boolean; ask: () => void } {
  const [isBusy, setBusy] = useState(false);
  const company = useCompany();
  const { user } = useMe();
  const makeFile = useChangesFile();
  const find = async (): Promise<void> => {
    const { results } = await listJobs({
      company_id: company.id,
      report_type: [type],
      status: ['completed'],
      created_by: [user.id],
      ordering: '-created_at',
      page_size: 200,
    });
    const last = results.find((job) => isOf(job, question));
    if (last) await makeFile(last);
    else showToast({ title: t('noLast'), text: t('noLastText'), icon: 'history' });
  };
  const ask = (): void => {
    if (isBusy) return;
    setBusy(true);
    void find()
      .catch((error: unknown) => showToast(problemToast(error, t('notBegun'))))
      .finally(() => setBusy(false));
  };
  return { isBusy, ask };
}

const sameText = (filters: object): string =>
  JSON.stringify(
    Object.entries(filters)
      .flatMap(([key, asked]: [string, unknown]): [string, unknown][] =>
        asked === undefined || asked === '' || (Array.isArray(asked) && asked.length === 0)
          ? []
          : [[key, Array.isArray(asked) ? asked.map(String).toSorted() : asked]],
      )
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );

const isOf = ({ date_from, date_to, filters, options }: ExportJob, question: ReportQuestion): boolean =>
  options.changes_since === undefined &&
  date_from === question.date_from &&
  date_to === question.date_to &&
  (options.date_basis ?? 'delivery') === (question.date_basis ?? 'delivery') &&
  sameText(filters) === sameText(question.filters);
