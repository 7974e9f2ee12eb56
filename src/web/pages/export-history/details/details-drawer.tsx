/**
 * Everything about one export, at an address of its own. Kept current like its row; Escape closes it and gives the
 * focus back to the row.
 */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import { Heading } from 'react-aria-components/Heading';
import type { ExportJob } from '#contract/export-jobs.ts';
import { jobQuery, readJob } from '#web/api/export-jobs.ts';
import { ApiProblem } from '#web/api/problem.ts';
import { useCompany, useMay } from '#web/frame/company-context.tsx';
import { useLive } from '#web/live/live-provider.tsx';
import { AllRowsMark, FormatBadge, StatusBadge } from '#web/parts/badges.tsx';
import { copyText } from '#web/parts/clipboard.ts';
import { Icon } from '#web/parts/icon.tsx';
import { CloseButton, Drawer } from '#web/parts/modal.tsx';
import { Unreachable } from '#web/parts/unreachable.tsx';
import { useNow, useToday } from '#web/parts/use-clock.ts';
import { periodText } from '#web/words/days.ts';
import { bytes, counted } from '#web/words/figures.ts';
import { fullInstant } from '#web/words/instants.ts';
import { isUnfinished, jobName, jobTitle, shownStatus } from '#web/words/jobs.ts';
import { JobStatus } from '../job-status.tsx';
import type { JobVerb } from '../verbs.ts';
import { ChangesSince } from './changes-since.tsx';
import { ControlTotals } from './control-totals.tsx';
import { Failure, ForOperator, operatorLines } from './failure.tsx';
import { NotFound } from './not-found.tsx';
import { Notes } from './notes.tsx';
import { PackDetails } from './pack-details.tsx';
import { Question } from './question.tsx';
import { SentTo } from './sent-to.tsx';
import { TellMe } from './tell-me.tsx';
import { Timeline } from './timeline.tsx';
import '#web/styles/details.css';

const SendTo = lazy(() => import('./send-to.tsx'));

interface DetailsDrawerProps {
  readonly id: string;
  /** The row, when it is on the page: shown until the answer is there. */
  readonly known: ExportJob | undefined;
  readonly busyIds: ReadonlySet<string>;
  readonly onVerb: (verb: JobVerb, job: ExportJob) => void;
  readonly onClose: () => void;
}

export default function DetailsDrawer({ id, known, busyIds, onVerb, onClose }: DetailsDrawerProps) {
  const company = useCompany();
  const { company: live } = useLive();
  const { data, error, refetch } = useQuery({
    ...jobQuery(company.id, id),
    queryFn: ({ signal }) => live.freshJob(() => readJob(id, signal)),
    placeholderData: known,
  });
  const close = (): void => {
    onClose();
    // after the drawer has gone: the row may have been opened from its menu, which is no longer there to focus
    setTimeout(() => document.getElementById(`job-${id}`)?.focus());
  };
  const job = data?.company_id === company.id ? data : undefined;
  return (
    <Drawer isOpen onClose={close} {...(!job && { label: 'Details of the export' })}>
      {job ? (
        <Details job={job} isBusy={busyIds.has(id)} onVerb={onVerb} onClose={close} />
      ) : (
        <>
          <div className="d-head">
            <div>{error || data ? <h2>Export not found</h2> : <h2>Loading…</h2>}</div>
            <CloseButton onClose={close} />
          </div>
          {(error || data) && (
            <div className="d-body" role="alert">
              {isGone(error) || data ? (
                <NotFound onClose={close} />
              ) : (
                <Unreachable problem={error instanceof ApiProblem ? error : null} onTry={() => void refetch()} />
              )}
            </div>
          )}
        </>
      )}
    </Drawer>
  );
}

/** One answer for what was deleted, what never was, and what is somebody else's. */
const isGone = (error: Error | null): boolean =>
  error instanceof ApiProblem && error.status >= 400 && error.status < 500;

interface DetailsProps extends Pick<DetailsDrawerProps, 'onVerb' | 'onClose'> {
  readonly job: ExportJob;
  readonly isBusy: boolean;
}

function Details({ job, isBusy, onVerb, onClose }: DetailsProps) {
  const company = useCompany();
  const isRunning = isUnfinished(job);
  useTitleMeanwhile(jobName(job));
  const now = useNow(1000, isRunning);
  const today = useToday();
  const status = shownStatus(job);
  const maySend = useMay('manage_deliveries');
  const [isSending, setSending] = useState(false);
  return (
    <>
      <Suspense>{isSending && <SendTo job={job} onClose={() => setSending(false)} />}</Suspense>
      <div className="d-head">
        <div>
          <Heading slot="title" level={2}>
            {jobTitle(job)}, {periodText(job.date_from, job.date_to)}
          </Heading>
          <p className="d-sub">
            <FormatBadge format={job.file_format} /> <StatusBadge status={status} />{' '}
            {status === 'completed' && <AllRowsMark job={job} />}
          </p>
        </div>
        <button type="button" className="icon-btn" aria-label="Copy link" onClick={() => onVerb('copy', job)}>
          <Icon name="link" />
        </button>
        <CloseButton onClose={onClose} />
      </div>
      {job.is_downloadable && (
        <div className="d-file">
          <Icon name="zip" />
          <div className="t">
            <b className="wraps">{job.filename}</b>
            <span className="sub">{fileFacts(job, company.time_zone)}</span>
          </div>
          <button
            type="button"
            className="btn primary"
            aria-disabled={isBusy || undefined}
            onClick={() => !isBusy && onVerb('download', job)}
          >
            <Icon name="download" />
            Download
          </button>
          {maySend && (
            <button type="button" className="btn" aria-haspopup="dialog" onClick={() => setSending(true)}>
              Send to…
            </button>
          )}
        </div>
      )}
      {/* a long text can be scrolled by keyboard */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <section className="d-body" tabIndex={0} aria-label="Details of the export">
        {status === 'failed' ? (
          <Failure job={job} onVerb={onVerb} />
        ) : (
          !job.is_downloadable && (
            <section className="jobs">
              <div className="c-stat">
                <JobStatus job={job} now={now} timeZone={company.time_zone} today={today} />
              </div>
            </section>
          )
        )}
        {isRunning && <TellMe job={job} />}
        {maySend && !isRunning && <SentTo job={job} />}
        <Notes job={job} />
        {job.pack && <PackDetails job={job} />}
        <ChangesSince job={job} />
        <Question job={job} />
        <ControlTotals job={job} />
        <Timeline job={job} />
        {status === 'failed' && <ForOperator job={job} />}
      </section>
      <div className="d-foot">
        {!isRunning && (status !== 'failed' || job.pack) && (
          <button type="button" className="btn" onClick={() => !isBusy && onVerb('again', job)}>
            <Icon name="again" />
            Run again
          </button>
        )}
        {status === 'failed' ? (
          <button
            type="button"
            className="btn ghost"
            onClick={() => void copyText(operatorLines(job), 'Lines for the operator')}
          >
            <Icon name="copy" />
            Copy for the operator
          </button>
        ) : (
          !job.pack && (
            <button type="button" className="btn ghost" onClick={() => onVerb('change', job)}>
              Run with changes…
            </button>
          )
        )}
        <span className="grow" />
        <button type="button" className="btn ghost danger" onClick={() => onVerb(isRunning ? 'cancel' : 'delete', job)}>
          <Icon name={isRunning ? 'ban' : 'trash'} />
          {isRunning ? 'Cancel…' : 'Delete…'}
        </button>
      </div>
    </>
  );
}

/** Names the browser tab while the drawer is open; then the page has its name back. */
function useTitleMeanwhile(title: string): void {
  useEffect(() => {
    const before = document.title;
    document.title = `${title} · Mathership`;
    return () => {
      document.title = before;
    };
  }, [title]);
}

/** `148 KB · 1,868 rows · until 23 Dec 2026, 14:11`. */
function fileFacts(job: ExportJob, timeZone: string): string {
  return [
    job.file_size !== null && bytes(job.file_size),
    job.row_count !== null && counted(job.row_count, 'row'),
    job.expires_at && `until ${fullInstant(job.expires_at, timeZone).slice(0, -`:00, ${timeZone}`.length)}`,
  ]
    .filter(Boolean)
    .join(' · ');
}
