/** One's own exports in all companies: what runs and what is ready, from wherever one is. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ExportJob } from '#contract/export-jobs.ts';
import { allCompanies, jobListsKey, listJobs } from '#web/api/export-jobs.ts';
import { FormatBadge } from '#web/parts/badges.tsx';
import { Icon } from '#web/parts/icon.tsx';
import { PopoverButton } from '#web/parts/popover-button.tsx';
import { frameWords as t } from '#web/words/en/frame.ts';
import { count } from '#web/words/figures.ts';
import { isUnfinished, jobDays, jobName, jobTitle, shownStatus, statusIcons, statusName } from '#web/words/jobs.ts';
import { useMe } from './company-context.tsx';
import { downloadJob } from './ended-toast.ts';
import { useAfterFirstData } from './after-first-data.ts';

const shownMax = 8;

export function Tray() {
  const { user, companies } = useMe();
  const maySeeAny = companies.some(({ capabilities }) => capabilities.includes('view_financials'));
  const view = { created_by: [user.id], page: 0, page_size: shownMax, ordering: '-created_at' } as const;
  const isOn = useAfterFirstData() && maySeeAny;
  const { data } = useQuery({
    // a list like any other: events change its rows
    queryKey: [...jobListsKey(allCompanies), view],
    queryFn: ({ signal }) => listJobs(view, signal),
    enabled: isOn,
  });
  if (!maySeeAny) return null;
  const jobs = data?.results.slice(0, shownMax) ?? [];
  const running = jobs.filter(isUnfinished).length;
  return (
    <PopoverButton
      className="tray"
      label={t('yourExports')}
      panelClassName="tray-pop"
      face={
        <>
          <Icon name="queue" />
          <span>{t('yourExports')}</span>
          {running > 0 && (
            <span className="count">
              {count(running)}
              <span className="vh"> {t('running', { count: running, n: '' }).trim()}</span>
            </span>
          )}
        </>
      }
    >
      {(close) => <Panel jobs={jobs} onDone={close} />}
    </PopoverButton>
  );
}

function Panel({ jobs, onDone }: { jobs: readonly ExportJob[]; onDone: () => void }) {
  const { user } = useMe();
  if (jobs.length === 0) return <p className="hint">{t('nothingYet')}</p>;
  return (
    <>
      <ul>
        {jobs.map((job) => (
          <Entry key={job.id} job={job} onDone={onDone} />
        ))}
      </ul>
      <div className="foot">
        <Link
          className="btn s ghost"
          to="/export-history"
          search={({ company }: { company?: string }) =>
            ({ company, of: 'all' as const, created_by: [user.id] }) as never
          }
          onClick={onDone}
        >
          {t('all')}
        </Link>
      </div>
    </>
  );
}

function Entry({ job, onDone }: { job: ExportJob; onDone: () => void }) {
  const { companies } = useMe();
  const status = shownStatus(job);
  const share = job.progress && job.progress.rows_total > 0 ? job.progress.rows_done / job.progress.rows_total : null;
  return (
    <li>
      <FormatBadge format={job.file_format} />
      <div>
        <Link to="/export-history" search={{ company: job.company_id, job: job.id } as never} onClick={onDone}>
          {job.saved_report?.name ?? jobTitle(job)}
        </Link>
        <span className="sub">
          {jobDays(job)} · {companies.find(({ id }) => id === job.company_id)?.name}
        </span>
        <span className={`sub state ${status}`}>
          <Icon name={statusIcons[status]} small /> {statusName(status)}
          {status === 'processing' && share !== null && ` · ${Math.floor(share * 100)}%`}
        </span>
      </div>
      {job.is_downloadable && (
        <button
          type="button"
          className="btn s"
          aria-label={`${t('download')}: ${jobName(job)}`}
          onClick={() => void downloadJob(job)}
        >
          <Icon name="download" small />
          {t('download')}
        </button>
      )}
    </li>
  );
}
