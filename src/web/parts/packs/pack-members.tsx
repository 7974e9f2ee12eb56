/** The exports in a pack, company by company: what each is and how far; what is missing can be run again. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ExportJob } from '#contract/export-jobs.ts';
import type { ExportPack } from '#contract/packs.ts';
import { packQuery, retryPack } from '#web/api/packs.ts';
import { useMe } from '#web/frame/company-context.tsx';
import { showToast } from '#web/frame/toasts.tsx';
import { reloadJobs } from '#web/live/job-cache.ts';
import { FormatBadge, StatusBadge } from '#web/parts/badges.tsx';
import { problemToast } from '#web/parts/problem-toast.ts';
import { packWords as t } from '#web/words/en/packs.ts';
import { counted } from '#web/words/figures.ts';
import { reportName } from '#web/words/reports.ts';
import { TieOutBadge } from './tie-out-badge.tsx';
import '#web/styles/packs.css';

/** Asked for again with the pack's job, and while members go on that change nothing of it. */
const againMs = 2000;
const isRunning = ({ status }: ExportPack): boolean => status === 'pending' || status === 'processing';

export const usePack = (job: ExportJob) =>
  useQuery({
    ...packQuery(job.company_id, job.id),
    refetchInterval: ({ state }) => (state.data && isRunning(state.data) ? againMs : false),
  });

export function PackMembers({ job }: { job: ExportJob }) {
  const { companies } = useMe();
  const { data: pack } = usePack(job);
  if (!pack) return null;
  const nameOf = (id: string): string => companies.find((one) => one.id === id)?.name ?? '';
  return (
    <div className="pack-members">
      <ul aria-label={t('members')}>
        {pack.members.map((member) => (
          <li key={member.id}>
            <span>
              {member.saved_report?.name ?? reportName(member.report_type)}
              <span className="sub">{nameOf(member.company_id)}</span>
            </span>
            <FormatBadge format={member.file_format} />
            <StatusBadge status={member.status} />
            <span className="num">{member.row_count === null ? '' : counted(member.row_count, 'row')}</span>
            {member.error && <span className="err">{member.error.message}</span>}
          </li>
        ))}
      </ul>
      <RetryMissing pack={pack} />
    </div>
  );
}

function RetryMissing({ pack }: { pack: ExportPack }) {
  const client = useQueryClient();
  const [isBusy, setBusy] = useState(false);
  const missing = pack.members.filter(({ status }) => status === 'failed' || status === 'canceled').length;
  if (missing === 0 || isRunning(pack)) return null;
  const retry = async (): Promise<void> => {
    if (isBusy) return;
    setBusy(true);
    try {
      await retryPack(pack.id);
      showToast({ title: t('retried'), text: pack.name, icon: 'queue', exportId: pack.id });
    } catch (error) {
      showToast(problemToast(error, t('notRetried')));
    }
    setBusy(false);
    await reloadJobs(client, pack.members[0]?.company_id ?? '');
  };
  return (
    <button type="button" className="btn s" aria-disabled={isBusy || undefined} onClick={() => void retry()}>
      {t('retryFailed', { count: missing })}
    </button>
  );
}

/** On the row of a pack whose file is made. */
export function PackAgreement({ job }: { job: ExportJob }) {
  const { data: pack } = useQuery(packQuery(job.company_id, job.id));
  return pack ? <TieOutBadge pack={pack} /> : null;
}
